import { OpenAPIHono } from '@hono/zod-openapi';
import type { Hono } from 'hono';
import { etag } from 'hono/etag';
import { recordRoute, recordsHandler } from './builds/record-route.ts';
import { clientLimit } from './client-limit.ts';
import contribute from './contribute.json' with { type: 'json' };
import type { ApiDependencies } from './dependencies.ts';
import { dockerflowRoutes } from './dockerflow/dockerflow-routes.ts';
import { exportRoutes } from './export/export-routes.ts';
import { feedRoute } from './feed/feed-route.ts';
import { allowedHosts, compressed, cors, pageHeaders, responseTime, securityHeaders } from './headers.ts';
import { countIngestionsRoute, listIngestionsRoute } from './ingestions/list-route.ts';
import { messageRoutes } from './ingestions/message-routes.ts';
import { objectRoutes } from './ingestions/object-routes.ts';
import { jsonResponse, jsonType } from './json-response.ts';
import { latestRoute } from './latest/latest-route.ts';
import { requestSummary } from './logging/request-summary.ts';
import { createMetrics } from './metrics.ts';
import { honoPath, mountRoutes } from './openapi/api-route.ts';
import { openApiRoute } from './openapi/document.ts';
import { HttpProblem, problemResponse, toProblem } from './openapi/http-problem.ts';
import { actionsRoute } from './operations/actions-route.ts';
import { deadLetterRoutes } from './operations/dead-letter-routes.ts';
import { indexesRoute } from './operations/indexes-route.ts';
import { rateRoute } from './operations/rate-route.ts';
import { reconcileScheduleRoutes } from './operations/reconcile-schedule-routes.ts';
import { retryOneRoute } from './operations/retry-one-route.ts';
import { runRoutes } from './operations/run-routes.ts';
import { stateRoute } from './operations/state-route.ts';
import { docsFiles, htmlPage, notFound, staticFiles, uiPage } from './pages.ts';
import { pushlogRoute } from './pushlog/pushlog-route.ts';
import { InFlightLimit } from './search/in-flight-limit.ts';
import { legacySearchHandler, legacySearchPath, searchHandler } from './search/search-route.ts';
import { searchBuilds } from './search/send-search.ts';
import { searchkitRoutes } from './searchkit/searchkit-routes.ts';

/**
 * The API. The order of the middleware decides which response has which headers, and is Buildhub2's: health checks have
 * none, files of the UI have no response time, and so on.
 */
export function createApp(dependencies: ApiDependencies): Hono {
  const { config, logger, staticRoot } = dependencies;
  const metrics = createMetrics(dependencies.observeStores);
  const inFlight = new InFlightLimit(config.SEARCHES_IN_FLIGHT, (running) =>
    metrics.searchesInFlight.set(running),
  );
  const search = searchHandler(dependencies, metrics, inFlight);
  const findBuilds = searchBuilds(dependencies, inFlight);

  const app = new OpenAPIHono();
  app.onError((error, c) => {
    // nginx's status for a client that has gone keeps these apart from failures in logs and metrics.
    if (c.req.raw.signal.aborted) return new Response(null, { status: 499 });
    const about = { err: error, rid: c.get('rid' as never) };
    if (!(error instanceof HttpProblem)) {
      logger.error(about, 'A request failed');
      const problem = toProblem(error);
      return problem.status === 503 ? problemResponse(problem) : htmlPage(500, '<h1>Server Error (500)</h1>');
    }
    // Of a search: routes of the document respond to their problems themselves.
    const { kind, status, body } = error;
    metrics.searchesRefused.inc({ kind });
    if (status >= 500) logger.warn(about, 'A search failed');
    return body ? new Response(body, { status, headers: jsonType }) : problemResponse(error);
  });
  app.notFound(notFound);
  app.use(requestSummary(logger, metrics));
  app.route('/', dockerflowRoutes(dependencies));
  app.get('/metrics', async () => {
    const { page } = metrics;
    return new Response(await page.render(), { headers: { 'Content-Type': page.contentType } });
  });

  app.use(securityHeaders(config.HSTS_SECONDS));
  app.use(cors);
  app.use(allowedHosts(config.ALLOWED_HOSTS));
  app.use(pageHeaders(config.CSP_REPORT_URI));
  app.use(staticFiles(staticRoot));
  app.route('/', docsFiles());
  app.use(responseTime);
  // Half of the places, so that one client never takes all.
  const limit = clientLimit(Math.ceil(config.SEARCHES_IN_FLIGHT / 2), config.TRUSTED_PROXIES);
  for (const path of ['/api/*', legacySearchPath]) app.use(path, limit);

  // In the order of the document. Reading is open; changing needs the token.
  const routes = [
    recordRoute(dependencies),
    latestRoute(findBuilds),
    ...exportRoutes(dependencies),
    feedRoute(dependencies, findBuilds),
    pushlogRoute(dependencies, findBuilds),
    listIngestionsRoute(dependencies),
    countIngestionsRoute(dependencies),
    ...objectRoutes(dependencies),
    ...messageRoutes(dependencies),
    stateRoute(dependencies),
    rateRoute(dependencies),
    ...runRoutes(dependencies),
    indexesRoute(dependencies),
    ...reconcileScheduleRoutes(dependencies),
    retryOneRoute(dependencies),
    ...deadLetterRoutes(dependencies),
    actionsRoute(dependencies),
    openApiRoute(app, config),
  ];
  for (const path of ['/api/searchkit/*', ...new Set(routes.map(honoPath))]) app.use(path, compressed);
  for (const path of ['/api/records/:reference', '/api/latest', '/api/feed.atom', '/api/openapi.json'])
    app.use(path, etag());

  app.all('/api/search', search);
  app.all('/api/records', recordsHandler(dependencies));
  app.route('/api/searchkit', searchkitRoutes(dependencies, metrics, inFlight));
  mountRoutes(app, routes, logger);
  // https://www.contributejson.org/ in the form that Mozilla's projects use.
  const contributeLength = String(Buffer.byteLength(JSON.stringify(contribute)));
  app.all('/contribute.json', () => jsonResponse(contribute, 200, { 'Content-Length': contributeLength }));
  // Whatever follows the old address counts as part of it.
  app.all(legacySearchPath, legacySearchHandler(search));
  app.use(uiPage(staticRoot));
  // Its type differs from Hono's only in the environment, which nothing here uses.
  return app as unknown as Hono;
}
