import type { Readable } from 'node:stream';
import { type Client, errors } from '@elastic/elasticsearch';
import { errorAnswer } from './answer/error-answer.ts';
import { isTimedOut } from './answer/search-answer.ts';
import { AnswerBytes } from './answer-bytes.ts';
import { refuse, SearchRefusal } from './search-refusal.ts';
import type { TranslatedSearch } from './translate-search.ts';

/** Milliseconds that a search may take beyond its own time limit, before the connection is given up. */
const grace = 2_000;

/**
 * Sends a search to Elasticsearch and returns its answer as bytes, which are not parsed: see `searchAnswer`.
 * Whoever asks disposes of it.
 *
 * @param options.index alias of the build index, the only one that is ever searched
 * @param options.timeLimit milliseconds that the search has; Elasticsearch is told through the search itself
 * @param options.signal aborts when the client has gone, which makes Elasticsearch stop as well
 * @throws {SearchRefusal} for every answer but a success, and for the part of an answer that the time was enough for,
 *   unless the search takes that
 */
export async function searchElasticsearch(
  client: Client,
  search: TranslatedSearch,
  options: { index: string; timeLimit: number; signal?: AbortSignal },
): Promise<AnswerBytes> {
  // One controller and one timer, both gone when the search is: AbortSignal.any and .timeout cost more than a small
  // search does.
  const stop = new AbortController();
  let isLate = false;
  const deadline = setTimeout(() => {
    isLate = true;
    stop.abort();
  }, options.timeLimit + grace);
  const onAbort = () => stop.abort();
  if (options.signal?.aborted) onAbort();
  options.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const { statusCode, body } = await client.transport.request<Readable>(
      {
        method: 'POST',
        path: `/${encodeURIComponent(options.index)}/_search`,
        querystring: { rest_total_hits_as_int: true },
        body: search.body,
      },
      {
        asStream: true,
        meta: true,
        signal: stop.signal,
        requestTimeout: options.timeLimit + 2 * grace,
        headers: { 'content-type': 'application/json', accept: 'application/json' },
      },
    );
    const answer = await AnswerBytes.read(body);
    if (statusCode === 200 && (search.mayBePartial || !isTimedOut(answer.bytes))) return answer;
    using failure = answer;
    throw statusCode === 200
      ? timeLimitReached(options.timeLimit)
      : refusalFor(statusCode, failure.bytes, options.index);
  } catch (error) {
    if (error instanceof SearchRefusal) throw error;
    if (isLate) throw timeLimitReached(options.timeLimit, error);
    throw unavailable(error);
  } finally {
    clearTimeout(deadline);
    options.signal?.removeEventListener('abort', onAbort);
  }
}

function refusalFor(status: number, bytes: Uint8Array, index: string): SearchRefusal {
  // Too many requests, and a server that is not ready, are no fault of the search.
  const text = Buffer.from(bytes).toString('utf8');
  if (status === 429 && needsTooMuchMemory(text)) {
    return refuse(
      'The search needs more memory than one search may have. Ask for fewer buckets, or for less below each.',
      'limit',
    );
  }
  if (status !== 429 && status < 502) {
    const refusal = errorAnswer(status, text, index);
    if (refusal !== undefined) return refusal;
  }
  return unavailable(new Error(`Elasticsearch answered with status ${status}`));
}

/**
 * Elasticsearch says 429 both when it is short of memory altogether and when a single search asks for too much; the
 * second is told by the circuit breaker for what one request builds up.
 */
function needsTooMuchMemory(text: string): boolean {
  return /"type":"circuit_breaking_exception","reason":"\[request\]/.test(text);
}

function timeLimitReached(limit: number, cause?: unknown): SearchRefusal {
  return new SearchRefusal(
    `The search took longer than ${limit / 1000} seconds and was stopped. Ask for less: a narrower query, fewer buckets, no leading wildcard.`,
    { kind: 'time_limit', cause },
  );
}

function unavailable(cause: unknown): SearchRefusal {
  const aborted = cause instanceof errors.RequestAbortedError;
  return new SearchRefusal(
    aborted ? 'The search was stopped' : 'Search is not available at the moment. Try again soon.',
    { kind: 'unavailable', status: 503, headers: { 'Retry-After': '5' }, cause },
  );
}
