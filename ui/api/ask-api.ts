/** Milliseconds after which an answer is no longer waited for; the API itself stops a search after ten seconds. */
const timeout = 20_000;

/**
 * Posts JSON to the API and returns the JSON that it answers.
 *
 * @throws {ApiError} for every answer but a success, and for none
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

/** The same for what is asked by an address alone. */
export async function getJson(
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  return await ask(path, { headers });
}

async function ask(path: string, request: RequestInit): Promise<unknown> {
  const response = await send(path, request);
  const text = await response.text().catch(() => '');
  const answer = parse(text);
  if (response.ok && answer !== undefined) return answer;
  const { status } = response;
  throw new ApiError(messageIn(answer) ?? `The server answered with status ${status}.`, status);
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

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The two forms that `error` has. */
function messageIn(answer: unknown): string | undefined {
  const error = (answer as { error?: unknown } | undefined)?.error;
  if (typeof error === 'string') return error;
  const reason = (error as { reason?: unknown } | undefined)?.reason;
  return typeof reason === 'string' ? reason : undefined;
}

/** A question that the API did not answer, with what it says about it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** Of the answer; undefined where there was none. */
  readonly status: number | undefined;

  constructor(message: string, status: number | undefined, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.status = status;
  }

  /** Whether the question itself is at fault, so that the same again would fail again. */
  get isRefused(): boolean {
    return this.status !== undefined && this.status >= 400 && this.status < 500 && this.status !== 429;
  }
}
