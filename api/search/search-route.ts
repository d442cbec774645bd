import type { Context } from 'hono';
import type { ApiDependencies } from '../dependencies.ts';
import type { Metrics } from '../metrics.ts';
import { clientClosedRequest } from '../pages.ts';
import { checkSearch } from './check-search.ts';
import type { InFlightLimit } from './in-flight-limit.ts';
import { readRequest } from './read-request.ts';
import { SearchRefusal } from './search-refusal.ts';
import { type SearchResponse, sendSearch } from './send-search.ts';

const json = { 'Content-Type': 'application/json' };

/**
 * `/api/search`: a search in the build index, in the query language of Elasticsearch. Only POST reads a body; every other
 * method matches everything and ignores parameters.
 *
 * @param inFlight shared with everything else that searches
 */
export function searchHandler(dependencies: ApiDependencies, metrics: Metrics, inFlight: InFlightLimit) {
  const { elasticsearch, logger, settings } = dependencies;
  const { index, maxSearchSize: maxSize, searchTimeLimit: timeLimit } = settings;

  async function search(method: string, request: Request): Promise<SearchResponse> {
    const body = method === 'POST' ? await readRequest(request) : {};
    const checked = checkSearch(body, { index, maxSize, timeLimit });
    const place = inFlight.start(checked.aggregationBytes);
    metrics.searches.inc({ method });
    const stop = metrics.searchSeconds.startTimer();
    try {
      return await sendSearch(elasticsearch, checked, { index, timeLimit, signal: request.signal, place });
    } finally {
      stop();
    }
  }

  return async (c: Context): Promise<Response> => {
    const { method, raw } = c.req;
    try {
      const { total, body } = await search(method, raw);
      if (total !== undefined && total >= 0) {
        metrics.hits.set(total);
        metrics.hitsTotal.inc(total);
      }
      // A HEAD request has no body to take the length from.
      const length = body instanceof Uint8Array && { 'Content-Length': String(body.length) };
      return new Response(body, { headers: { ...json, ...length } });
    } catch (error) {
      if (raw.signal.aborted) return clientClosedRequest();
      if (!(error instanceof SearchRefusal)) throw error;
      const { kind, status, body, headers } = error;
      metrics.searchesRefused.inc({ kind });
      if (status >= 500) logger.warn({ err: error, rid: c.get('rid') }, 'A search failed');
      return new Response(body, { status, headers: { ...json, ...headers } });
    }
  };
}

/** The search address of the first Buildhub, a Kinto server, whatever follows it. */
export const legacySearchPath = '/v1/buckets/build-hub/collections/:rest{releases/search.*}';

/**
 * The address of the first Buildhub. Buildhub2 redirected it to `/api/search` with a 301, upon which most programs turn a
 * POST into a GET and lose its body. So everything but GET and HEAD, which have no body to lose, is served here.
 *
 * @param search the handler of `/api/search`
 */
export function legacySearchHandler(search: (c: Context) => Promise<Response>) {
  return async (c: Context): Promise<Response> => {
    if (c.req.raw.method !== 'GET' && c.req.raw.method !== 'HEAD') return search(c);
    return new Response('', {
      status: 301,
      headers: { Location: '/api/search', 'Content-Type': 'text/html; charset=utf-8', 'Content-Length': '0' },
    });
  };
}
