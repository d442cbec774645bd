import type { Client } from '@elastic/elasticsearch';
import type { Context } from 'hono';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Logger } from '../../telemetry/logger.ts';
import { InFlightLimit } from '../search/in-flight-limit.ts';
import { refuse, SearchRefusal } from '../search/search-refusal.ts';
import { readRequests, searchkitLimits } from './read-requests.ts';
import { searchBuilds } from './search-builds.ts';

/** What the route of the search page works with. */
export interface SearchkitDependencies {
  readonly elasticsearch: Client;
  /** Alias of the build index, the only one that is ever searched. */
  readonly index: string;
  /** Milliseconds that the searches of one request may take; 10,000 unless given. */
  readonly timeLimit?: number;
  /** Lets so many requests search at the same time; 64 of its own unless given. */
  readonly inFlight?: InFlightLimit;
  readonly logger?: Logger;
}

/**
 * The route that InstantSearch's requests go to, to be mounted at `/api/searchkit`: `POST /` takes the list of
 * searches that the search page makes of its state and answers `{"results": [...]}`. Every fault of the request is a
 * 400 (413 for one that is too large) with `{"error": "..."}`; only an Elasticsearch that cannot answer is a 503.
 */
export function searchkitRoutes(dependencies: SearchkitDependencies): Hono {
  const { elasticsearch, index, timeLimit = 10_000, inFlight = new InFlightLimit(64), logger } = dependencies;
  const routes = new Hono();
  routes.use(
    bodyLimit({
      maxSize: searchkitLimits.bodyBytes,
      onError: (c) => c.json({ error: `The body is larger than ${searchkitLimits.bodyBytes} bytes` }, 413),
    }),
  );
  routes.post('/', async (c) => {
    try {
      const requests = readRequests(await readBody(c));
      const options = { index, timeLimit, signal: c.req.raw.signal };
      const results = await inFlight.run(() => searchBuilds(elasticsearch, requests, options));
      return c.json({ results }, 200, { 'Cache-Control': 'no-store' });
    } catch (error) {
      if (!(error instanceof SearchRefusal)) throw error;
      if (error.status >= 500)
        logger?.warn({ err: error }, 'A search of the search page could not be answered');
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

async function readBody(c: Context): Promise<unknown> {
  const text = await c.req.text();
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refuse(`The body is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
