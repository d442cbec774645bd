import type { ChaosSystem } from './system.ts';

/** A response of an API. */
export interface ApiResponse {
  readonly status: number;
  /** Undefined if it is not JSON. */
  readonly json: unknown;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: object }>>>>;
}

/** Milliseconds that a response may take before the client looks elsewhere. */
const patience = 20_000;

/** Asks the APIs, and notes each response with a status that their own document does not have. */
export class ApiClient {
  readonly #system: ChaosSystem;
  #document: Document | undefined;

  constructor(system: ChaosSystem) {
    this.#system = system;
  }

  requests = 0;
  /** Responses with a status that is not documented, such as `GET /api/latest: 500 {...}`. */
  readonly undocumented: string[] = [];

  /** The GET routes that need no parameter in their path. */
  async plainRoutes(): Promise<string[]> {
    const { paths } = await this.#readDocument();
    return Object.keys(paths).filter((path) => paths[path]?.get && !path.includes('{'));
  }

  /**
   * Sends a request to one of the APIs.
   *
   * @param path with its query; its route is the part before that
   * @returns undefined if no whole response came, as when the process was killed
   */
  async ask(
    api: number,
    method: 'GET' | 'POST',
    path: string,
    body?: object,
    route = path.replace(/\?.*/, ''),
  ): Promise<ApiResponse | undefined> {
    const { paths } = await this.#readDocument();
    this.requests += 1;
    let status: number;
    let text: string;
    try {
      const response = await fetch(`${this.#system.apis[api]}${path}`, {
        method,
        headers: {
          'Content-Type': 'application/json',
          ...(path.startsWith('/api/operations') && {
            Authorization: `Bearer ${this.#system.token}`,
            'X-Operator': 'chaos',
          }),
        },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(patience),
      });
      ({ status } = response);
      text = await response.text();
    } catch {
      return undefined;
    }
    const documented = Object.keys(paths[route]?.[method.toLowerCase()]?.responses ?? {});
    if (!documented.includes(String(status)))
      this.undocumented.push(`${method} ${path}: ${status} ${text.slice(0, 300)}`);
    return { status, json: parse(text) };
  }

  async #readDocument(): Promise<Document> {
    if (this.#document) return this.#document;
    for (const api of this.#system.apis) {
      const response = await fetch(`${api}/api/openapi.json`).catch(() => undefined);
      if (response?.ok) this.#document = (await response.json()) as Document;
    }
    if (!this.#document) throw new Error('No API returns its document');
    return this.#document;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
