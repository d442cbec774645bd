import { ApiError } from './api-error.ts';

/** Milliseconds after which an answer is no longer waited for; the API itself stops a search after ten seconds. */
const timeout = 20_000;

/**
 * Posts JSON to the API and returns the JSON that it answers.
 *
 * @throws {ApiError} for every answer but a success, and for none
 */
export async function postJson(path: string, body: unknown): Promise<unknown> {
  const headers = { 'Content-Type': 'application/json' };
  return await ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
}

/** The same for what is asked by an address alone. */
export async function getJson(path: string): Promise<unknown> {
  return await ask(path, {});
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
      ? `There was no answer within ${timeout / 1000} seconds.`
      : 'The server could not be reached. Is the network there?';
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
