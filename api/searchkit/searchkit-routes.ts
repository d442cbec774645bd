import { Hono } from 'hono';
import type { ApiDependencies } from '../dependencies.ts';
import type { Metrics } from '../metrics.ts';
import { clientClosedRequest } from '../pages.ts';
import type { InFlightLimit } from '../search/in-flight-limit.ts';
import { readRequest } from '../search/read-request.ts';
import { SearchRefusal } from '../search/search-refusal.ts';
import { wantsHits } from './instant-search.ts';
import { readRequests, resultBytes, type SearchRequest } from './read-requests.ts';
import { searchBuilds } from './search-builds.ts';

/**
 * The route that InstantSearch's requests go to, to be mounted at `/api/searchkit`: `POST /` takes the list of
 * searches that the search page makes of its state and responds with `{"results": [...]}`. Every error in the request is a
 * 400 with `{"error": "..."}`; an unavailable Elasticsearch is a 503. Searches are counted as those of programs are: in
 * Buildhub2 the page was one of them.
 */
export function searchkitRoutes(
  { elasticsearch, logger, settings }: ApiDependencies,
  metrics: Metrics,
  inFlight: InFlightLimit,
): Hono {
  const { index, searchTimeLimit: timeLimit } = settings;
  const routes = new Hono();

  async function search(requests: readonly SearchRequest[], signal: AbortSignal): Promise<object[]> {
    const place = inFlight.start();
    metrics.searches.inc({ method: 'POST' });
    const stop = metrics.searchSeconds.startTimer();
    try {
      place.hold(resultBytes(requests));
      return await searchBuilds(elasticsearch, requests, { index, timeLimit, signal });
    } finally {
      stop();
      place.end();
    }
  }

  routes.post('/', async (c) => {
    const { signal } = c.req.raw;
    try {
      const requests = readRequests(await readRequest(c.req.raw));
      const results = await search(requests, signal);
      const total = foundBy(requests, results);
      metrics.hits.set(total);
      metrics.hitsTotal.inc(total);
      return c.json({ results }, 200, { 'Cache-Control': 'no-store' });
    } catch (error) {
      if (signal.aborted) return clientClosedRequest();
      if (!(error instanceof SearchRefusal)) throw error;
      metrics.searchesRefused.inc({ kind: error.kind });
      if (error.status >= 500) logger.warn({ err: error }, 'A search of the search page failed');
      return Response.json({ error: error.message }, { status: error.status, headers: error.headers });
    }
  });
  routes.all('/', (c) =>
    c.json(
      { error: 'Searches of InstantSearch are posted here, as a list. Programs search at /api/search.' },
      405,
      {
        Allow: 'POST',
      },
    ),
  );
  return routes;
}

/** Builds that the search for hits found; those that only count a facet's values are parts of the same search. */
function foundBy(requests: readonly SearchRequest[], results: readonly object[]): number {
  const at = requests.findIndex(wantsHits);
  return (results[at] as { nbHits?: number } | undefined)?.nbHits ?? 0;
}
