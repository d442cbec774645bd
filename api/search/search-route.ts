import type { Context } from 'hono';
import { jsonType } from '../json-response.ts';
import type { Metrics } from '../metrics.ts';
import { checkSearch } from './check-search.ts';
import type { InFlightLimit } from './in-flight-limit.ts';
import { readRequest } from './read-request.ts';
import { type SearchContext, sendSearch } from './send-search.ts';

/**
 * `/api/search`: a search in the build index, in the query language of Elasticsearch. Only POST reads a body; every other
 * method matches everything and ignores parameters.
 *
 * @param inFlight shared with everything else that searches
 */
export function searchHandler(context: SearchContext, metrics: Metrics, inFlight: InFlightLimit) {
  return async (c: Context): Promise<Response> => {
    const { method, raw } = c.req;
    const search = checkSearch(method === 'POST' ? await readRequest(raw) : {}, context.config);
    const place = inFlight.start(search.aggregationBytes);
    metrics.searches.inc({ method });
    const stop = metrics.searchSeconds.startTimer();
    const sent = sendSearch(context, search, { signal: raw.signal, place });
    const { total = -1, body } = await sent.finally(stop);
    if (total >= 0) {
      metrics.hits.set(total);
      metrics.hitsTotal.inc(total);
    }
    // A HEAD request has no body to take the length from.
    const length = body instanceof Uint8Array && { 'Content-Length': String(body.length) };
    return new Response(body, { headers: { ...jsonType, ...length } });
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
