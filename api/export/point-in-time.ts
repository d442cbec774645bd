import type { Readable } from 'node:stream';
import type { Client } from '@elastic/elasticsearch';
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  memberAt,
  parseLossless,
} from '../../schema/lossless-json.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { HttpProblem } from '../openapi/http-problem.ts';
import { searchLimits } from '../search/request-budget.ts';
import { SearchRefusal } from '../search/search-refusal.ts';
import type { RequestObject } from '../search/search-walk.ts';
import { refusalFor } from '../search/send-search.ts';

/** A page of hits, and how many there are in all. */
export interface HitPage {
  readonly total: number;
  readonly hits: readonly JsonValue[];
}

export interface PointInTimeOptions {
  /** Alias of the build index. */
  readonly index: string;
  /** Hits of a page. */
  readonly pageSize: number;
  /** Milliseconds that a page may take. */
  readonly timeLimit: number;
  /** Aborts when the rest is not wanted. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/**
 * How long Elasticsearch keeps the point in time from one page to the next; a client that takes longer for a page than
 * this is cut off.
 */
const keepAlive = '5m';

/**
 * All hits of a search, page by page, as the index was when the first page was asked for: what is written meanwhile
 * neither appears nor moves anything. The point in time is closed whatever happens, the loop being left early included.
 *
 * @param search with a `sort`, and without anything about pages
 * @throws {SearchRefusal | HttpProblem} for a page that Elasticsearch does not return completely
 */
export async function* pointInTimePages(
  client: Client,
  search: RequestObject,
  options: PointInTimeOptions,
): AsyncGenerator<HitPage, void, undefined> {
  let pit = await open(client, options);
  let after: JsonValue | undefined;
  let total = 0;
  try {
    for (;;) {
      const response = await ask(client, pageOf(search, pit, options.pageSize, after), options);
      const hits = memberAt(response, 'hits', 'hits');
      const found = memberAt(response, 'hits', 'total', 'value');
      const next = memberAt(response, 'pit_id');
      if (!Array.isArray(hits)) throw new TypeError('A response of Elasticsearch has no hits');
      if (typeof next === 'string') pit = next;
      if (typeof found === 'number') total = found;
      after = memberAt(hits.at(-1) ?? null, 'sort');
      yield { total, hits };
      if (hits.length < options.pageSize) return;
    }
  } finally {
    await close(client, pit, options.logger);
  }
}

function pageOf(search: RequestObject, pit: string, size: number, after: JsonValue | undefined): string {
  return JSON.stringify({
    ...search,
    size,
    pit: { id: pit, keep_alive: keepAlive },
    // Counting is work: once is enough.
    track_total_hits: after === undefined,
    ...(after !== undefined && { search_after: after }),
  });
}

async function open(client: Client, { index, signal }: PointInTimeOptions): Promise<string> {
  try {
    const { id } = await client.openPointInTime({ index, keep_alive: keepAlive }, { signal });
    return id;
  } catch (error) {
    throw unavailable(error);
  }
}

async function ask(
  client: Client,
  body: string,
  { timeLimit, signal }: PointInTimeOptions,
): Promise<JsonObject> {
  const { statusCode, bytes } = await send(client, body, timeLimit, signal);
  if (statusCode !== 200) throw refusalFor(statusCode, bytes);
  const response = parseLossless(bytes.toString());
  if (!isJsonObject(response)) throw new TypeError('The response of Elasticsearch is not an object');
  if (response.timed_out === true) {
    throw new SearchRefusal(
      `A page of the export took longer than ${timeLimit / 1000} seconds. Ask for less.`,
      {
        kind: 'time_limit',
      },
    );
  }
  return response;
}

async function send(client: Client, body: string, timeLimit: number, signal: AbortSignal) {
  try {
    const response = await client.transport.request<Readable>(
      // A part of the hits would look like all of them.
      { method: 'POST', path: '/_search', querystring: { allow_partial_search_results: false }, body },
      {
        asStream: true,
        meta: true,
        signal,
        requestTimeout: timeLimit + 5_000,
        headers: { 'content-type': 'application/json', accept: 'application/json' },
      },
    );
    return { statusCode: response.statusCode, bytes: await readLimited(response.body) };
  } catch (error) {
    throw unavailable(error);
  }
}

async function readLimited(body: Readable): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > searchLimits.responseBytes) throw new Error('A page of the export is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function close(client: Client, id: string, logger: Logger): Promise<void> {
  try {
    await client.closePointInTime({ id }, { ignore: [404] });
  } catch (error) {
    // Elasticsearch closes it when it expires.
    logger.warn({ err: error }, 'A point in time could not be closed');
  }
}

function unavailable(cause: unknown): HttpProblem {
  return new HttpProblem(503, 'Search is not available at the moment. Try again soon.', {
    headers: { 'Retry-After': '5' },
    cause,
  });
}
