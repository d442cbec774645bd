import { Hono } from 'hono';
import type { Metrics } from '../metrics.ts';
import type { InFlightLimit } from '../search/in-flight-limit.ts';
import { readRequest } from '../search/read-request.ts';
import type { SearchContext } from '../search/send-search.ts';
import { wantsHits } from './instant-search.ts';
import { readRequests, resultBytes, type SearchRequest } from './read-requests.ts';
import { searchBuilds } from './search-builds.ts';

/**
 * The route that InstantSearch's requests go to, to be mounted at `/api/searchkit`: `POST /` takes the list of
 * searches that the search page makes of its state and responds with `{"results": [...]}`. Every error in the request is a
 * 400 with `{"error": "..."}`; an unavailable Elasticsearch is a 503. Searches are counted as those of programs are: in
 * Buildhub2 the page was one of them.
 */
export function searchkitRoutes(context: SearchContext, metrics: Metrics, inFlight: InFlightLimit): Hono {
  const routes = new Hono();
  routes.post('/', async (c) => {
    const requests = readRequests(await readRequest(c.req.raw));
    const place = inFlight.start();
    metrics.searches.inc({ method: 'POST' });
    const stop = metrics.searchSeconds.startTimer();
    try {
      place.hold(resultBytes(requests));
      const results = await searchBuilds({ ...context, signal: c.req.raw.signal }, requests);
      const total = foundBy(requests, results);
      metrics.hits.set(total);
      metrics.hitsTotal.inc(total);
      return c.json({ results }, 200, { 'Cache-Control': 'no-store' });
    } finally {
      stop();
      place.end();
    }
  });
  routes.all('/', (c) =>
    c.json(
      { error: 'Searches of InstantSearch are posted here, as a list. Programs search at /api/search.' },
      405,
      { Allow: 'POST' },
    ),
  );
  return routes;
}

/** Builds that the search for hits found; those that only count a facet's values are parts of the same search. */
function foundBy(requests: readonly SearchRequest[], results: readonly object[]): number {
  const at = requests.findIndex(wantsHits);
  return (results[at] as { nbHits?: number } | undefined)?.nbHits ?? 0;
}
