import { SearchError } from './search-error.ts';

/** Milliseconds after which an answer is no longer waited for; the API itself stops a search after ten seconds. */
const timeout = 20_000;

/**
 * Posts JSON to the API and returns the JSON that it answers.
 *
 * @throws {SearchError} for every answer but a success, and for none
 */
export async function postJson(path: string, body: unknown): Promise<unknown> {
  const response = await send(path, body);
  const text = await response.text().catch(() => '');
  const answer = parse(text);
  if (response.ok && answer !== undefined) return answer;
  const isRefused = response.status >= 400 && response.status < 500 && response.status !== 429;
  throw new SearchError(
    messageIn(answer) ?? `The server answered with status ${response.status}.`,
    isRefused,
  );
}

async function send(path: string, body: unknown): Promise<Response> {
  try {
    return await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(timeout),
    });
  } catch (error) {
    const isLate = error instanceof DOMException && error.name === 'TimeoutError';
    const message = isLate
      ? `There was no answer within ${timeout / 1000} seconds.`
      : 'The server could not be reached. Is the network there?';
    throw new SearchError(message, false, error);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function messageIn(answer: unknown): string | undefined {
  const error = (answer as { error?: unknown } | undefined)?.error;
  if (typeof error === 'string') return error;
  const reason = (error as { reason?: unknown } | undefined)?.reason;
  return typeof reason === 'string' ? reason : undefined;
}
