/** Milliseconds; the API itself stops a search after ten seconds. */
const timeout = 20_000;

/**
 * Posts JSON to the API and returns the JSON of the response.
 *
 * @throws {ApiError} if the response is not a success, or there is none
 */
export async function postJson(
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  return await ask(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

type Reviver = (key: string, value: unknown, context: { readonly source: string }) => unknown;

/** Gets JSON from the API, as {@link postJson}. */
export async function getJson(
  path: string,
  headers: Readonly<Record<string, string>> = {},
  reviver?: Reviver,
): Promise<unknown> {
  return await ask(path, { headers }, reviver);
}

async function ask(path: string, request: RequestInit, reviver?: Reviver): Promise<unknown> {
  const response = await send(path, request);
  const text = await response.text().catch(() => '');
  const body = parse(text, reviver);
  if (response.ok && body !== undefined) return body;
  const { status } = response;
  if (response.ok) throw new ApiError('The response was cut off. Try again.', undefined);
  throw new ApiError(messageIn(body) ?? `The server responded with status ${status}.`, status);
}

async function send(path: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { ...request, signal: AbortSignal.timeout(timeout) });
  } catch (error) {
    const isLate = error instanceof DOMException && error.name === 'TimeoutError';
    const message = isLate
      ? `The server did not respond within ${timeout / 1000} seconds.`
      : "Can't reach the server. Check your connection.";
    throw new ApiError(message, undefined, error);
  }
}

function parse(text: string, reviver?: Reviver): unknown {
  try {
    return reviver ? JSON.parse(text, reviver) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The two forms that `error` has. */
function messageIn(body: unknown): string | undefined {
  const error = (body as { error?: unknown } | undefined)?.error;
  if (typeof error === 'string') return error;
  const reason = (error as { reason?: unknown } | undefined)?.reason;
  return typeof reason === 'string' ? reason : undefined;
}

/** A request that failed, with the reason that the API gives. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** Of the response; undefined if there was none. */
  readonly status: number | undefined;

  constructor(message: string, status: number | undefined, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.status = status;
  }

  /** Whether the request itself is at fault, so that it would fail again. */
  get isRefused(): boolean {
    return this.status !== undefined && this.status >= 400 && this.status < 500 && this.status !== 429;
  }
}
