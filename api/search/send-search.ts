import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ReadableStream } from 'node:stream/web';
import { isJsonObject, type JsonObject, parseLossless } from '../../schema/lossless-json.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { HttpProblem } from '../openapi/http-problem.ts';
import { type CheckedSearch, checkSearch } from './check-search.ts';
import type { InFlightLimit, Place } from './in-flight-limit.ts';
import { largeJson, ownTurn } from './own-turn.ts';
import { processLimits, searchLimits } from './request-budget.ts';
import { refuse, timeLimitReached, unavailable } from './search-refusal.ts';

/** Milliseconds that a search may take beyond its time limit before the connection is closed. */
const grace = 2_000;

/** Where and how to search. */
export type SearchContext = Pick<ApiDependencies, 'config' | 'elasticsearch'>;

export interface SendOptions {
  /** Aborts when the client has gone, which makes Elasticsearch stop as well. */
  readonly signal: AbortSignal;
  /** Ends once nothing of the response is read any more. */
  readonly place?: Place;
  /** Whether all of the response is needed at once. Else a long one is a stream. */
  readonly isWhole?: boolean;
}

/** The response of Elasticsearch as it came. */
export interface SearchResponse {
  /** `hits.total`; undefined if the response does not say. */
  readonly total: number | undefined;
  /** JSON. A long one is a stream, read as fast as the client takes it; an error in it means that it is not whole. */
  readonly body: Uint8Array<ArrayBuffer> | Stream;
}

type Stream = globalThis.ReadableStream<Uint8Array<ArrayBuffer>>;

/**
 * Sends a search to Elasticsearch: in the build index, or in the point in time that it names. `hits.total` of the response
 * is a whole number (`rest_total_hits_as_int`).
 *
 * @throws {HttpProblem} for every response but a success, and for a part of one unless the search allows that
 */
export async function sendSearch(
  { config, elasticsearch }: SearchContext,
  search: CheckedSearch,
  { signal, place, isWhole: wantsWhole = false }: SendOptions,
): Promise<SearchResponse> {
  const { ELASTICSEARCH_INDEX: index, SEARCH_TIME_LIMIT_SECONDS: seconds } = config;
  const isInIndex = search.body.pit === undefined;
  // One controller and one timer: AbortSignal.any and .timeout cost more than a small search does.
  const stop = new AbortController();
  let isLate = false;
  const giveUp = () => {
    stop.abort();
    end();
  };
  let timer = setTimeout(
    () => {
      isLate = true;
      giveUp();
    },
    seconds * 1_000 + grace,
  );
  const end = () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
    place?.end();
  };
  if (signal.aborted) giveUp();
  else signal.addEventListener('abort', giveUp);
  try {
    const { statusCode, body } = await elasticsearch.transport.request<Readable>(
      {
        method: 'POST',
        path: isInIndex ? `/${encodeURIComponent(index)}/_search` : '/_search',
        querystring: {
          rest_total_hits_as_int: true,
          // A part of the hits would look like all of them.
          ...(!isInIndex && { allow_partial_search_results: false }),
        },
        body: JSON.stringify(search.body),
      },
      {
        asStream: true,
        meta: true,
        signal: stop.signal,
        headers: { 'content-type': 'application/json', accept: 'application/json' },
      },
    );
    if (statusCode !== 200) throw refusalFor(statusCode, await buffer(body), wantsWhole);
    const chunks: Chunks = body[Symbol.asyncIterator]();
    const most = wantsWhole ? searchLimits.responseBytes : processLimits.bufferedBytes;
    const { start, isWhole } = await readStart(chunks, most, place);
    if (wantsWhole && !isWhole) throw tooLarge();
    const head = Buffer.from(start.buffer, start.byteOffset, Math.min(start.length, 512)).toString('latin1');
    const isTimedOut = /^\{"took":\d+,"timed_out":true\b/.test(head);
    if (isTimedOut && !search.mayBePartial) throw timeLimitReached(seconds);
    const [, hits] = /"hits":\{"total":(-?\d+)/.exec(head) ?? [];
    const total = hits === undefined ? undefined : Number(hits);
    if (isWhole) {
      end();
      return { total, body: start };
    }
    clearTimeout(timer);
    timer = setTimeout(giveUp, processLimits.responseTime);
    return { total, body: ReadableStream.from(rest(start, chunks, giveUp)) as Stream };
  } catch (error) {
    giveUp();
    if (error instanceof HttpProblem) throw error;
    throw isLate ? timeLimitReached(seconds, error) : unavailable(error);
  }
}

/**
 * Sends a search that a route needs all of, and reads the response with every digit of its numbers.
 *
 * @throws {HttpProblem} unless the response is complete and in time
 */
export async function searchWhole(
  context: SearchContext,
  search: CheckedSearch,
  options: Omit<SendOptions, 'isWhole'>,
): Promise<JsonObject> {
  const { body } = await sendSearch(context, search, { ...options, isWhole: true });
  const bytes = body as Uint8Array;
  if (bytes.length > largeJson) await ownTurn();
  const response = parseLossless(new TextDecoder().decode(bytes));
  if (!isJsonObject(response)) throw new TypeError('The response of Elasticsearch is not an object');
  if (response.timed_out === true) throw timeLimitReached(context.config.SEARCH_TIME_LIMIT_SECONDS);
  return response;
}

/** Runs a search with the checks and limits of those that clients send. Changes the body. */
export type SearchBuilds = (
  body: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
) => Promise<JsonObject>;

export function searchBuilds(context: SearchContext, inFlight: InFlightLimit): SearchBuilds {
  return async (body, signal) => {
    const search = checkSearch(body, context.config);
    const place = inFlight.start(search.aggregationBytes);
    return await searchWhole(context, search, { signal, place });
  };
}

type Chunks = AsyncIterableIterator<Uint8Array<ArrayBuffer>>;

async function readStart(chunks: Chunks, most: number, place: Place | undefined) {
  const read: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  let isWhole = false;
  while (bytes < most) {
    const { value, done } = await chunks.next();
    isWhole = done === true;
    if (done) break;
    place?.hold(value.length);
    read.push(value);
    bytes += value.length;
  }
  const [only] = read;
  return { start: read.length === 1 && only ? only : Buffer.concat(read), isWhole };
}

/** What has been read of a response and then the rest of it. However that ends, the search does too. */
async function* rest(start: Uint8Array<ArrayBuffer>, chunks: Chunks, giveUp: () => void) {
  let bytes = start.length;
  try {
    yield start;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > searchLimits.responseBytes) throw tooLarge();
      yield chunk;
    }
  } finally {
    giveUp();
  }
}

function tooLarge(): HttpProblem {
  return refuse(
    `The response is larger than ${searchLimits.responseBytes} bytes. Request fewer builds or fields.`,
    'limit',
  );
}

/** Errors about the state of the index, which Elasticsearch reports like a mistake in the search. */
export const stateOfIndex =
  /^(index_closed|index_not_found|cluster_block|no_shard_available_action)_exception$/;

/**
 * The refusal for an error of Elasticsearch. What it says about a search (400) is returned as it came; its reason for any
 * other error becomes a 400 too, as in Buildhub2, unless the error is about Elasticsearch itself or its index.
 *
 * @param isOwn whether a route made the search, so that no other error is the client's fault
 */
export function refusalFor(status: number, body: Buffer<ArrayBuffer>, isOwn = false): HttpProblem {
  const { type = '', reason } = causeOf(body);
  if (stateOfIndex.test(type)) return unavailable(new Error(`Elasticsearch: ${reason}`));
  if (status === 400) return new HttpProblem(400, reason ?? 'Bad request', { kind: 'elasticsearch', body });
  // 429 means that Elasticsearch as a whole is short of memory, or that one search asked for too much.
  if (status === 429 && body.includes('"type":"circuit_breaking_exception","reason":"[request]')) {
    return refuse(
      'The search needs more memory than one search may have. Ask for fewer buckets, or for less in each.',
      'limit',
    );
  }
  if (isOwn || [401, 403, 429].includes(status) || status >= 502 || reason === undefined)
    return unavailable(new Error(`Elasticsearch responded with status ${status}: ${reason}`));
  return refuse(reason, 'elasticsearch');
}

function causeOf(body: Buffer): { readonly type?: string; readonly reason?: string } {
  try {
    const { error } = JSON.parse(body.toString()) as {
      error?: { type?: string; reason?: string; root_cause?: { type?: string; reason?: string }[] };
    };
    return error?.root_cause?.[0] ?? error ?? {};
  } catch {
    return {};
  }
}
