import { OpenAPIHono } from '@hono/zod-openapi';
import type { Hono } from 'hono';
import { etag } from 'hono/etag';
import { recordRoute, recordsHandler } from './builds/record-route.ts';
import { clientLimit } from './client-limit.ts';
import type { ApiDependencies } from './dependencies.ts';
import { dockerflowRoutes } from './dockerflow/dockerflow-routes.ts';
import { docsFiles } from './docs-files.ts';
import { exportRoutes } from './export/export-routes.ts';
import { feedRoute } from './feed/feed-route.ts';
import { allowedHosts, compressed, cors, pageHeaders, responseTime, securityHeaders } from './headers.ts';
import { countIngestionsRoute, listIngestionsRoute } from './ingestions/list-route.ts';
import { messageRoutes } from './ingestions/message-routes.ts';
import { objectRoutes } from './ingestions/object-routes.ts';
import { jsonResponse } from './json-response.ts';
import { latestRoute } from './latest/latest-route.ts';
import { requestSummary } from './logging/request-summary.ts';
import { createMetrics, metricsHandler } from './metrics.ts';
import { type ApiRoute, honoPath, mountRoutes } from './openapi/api-route.ts';
import { openApiRoute } from './openapi/document.ts';
import { toProblem } from './openapi/http-problem.ts';
import { actionsRoute } from './operations/actions-route.ts';
import { deadLetterRoutes } from './operations/dead-letter-routes.ts';
import { indexesRoute } from './operations/indexes-route.ts';
import type { OperationsContext } from './operations/operations-context.ts';
import { rateRoute } from './operations/rate-route.ts';
import { reconcileScheduleRoutes } from './operations/reconcile-schedule-routes.ts';
import { retryOneRoute } from './operations/retry-one-route.ts';
import { runRoutes } from './operations/run-routes.ts';
import { stateRoute } from './operations/state-route.ts';
import { contributeHandler, notFound, serverErrorPage, staticFiles, uiPage } from './pages.ts';
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
  const { logger, settings, database, operations } = dependencies;
  const metrics = createMetrics(dependencies.observeStores);
  const inFlight = new InFlightLimit(settings.searchesInFlight, (running) =>
    metrics.searchesInFlight.set(running),
  );
  const search = searchHandler(dependencies, metrics, inFlight);
  const findBuilds = searchBuilds(dependencies.elasticsearch, inFlight, settings);

  const app = new OpenAPIHono();
  app.onError((error, c) => {
    logger.error({ err: error, rid: c.get('rid' as never) }, 'A request failed');
    const { status, message, headers } = toProblem(error);
    return status === 503 ? jsonResponse({ error: message }, status, headers) : serverErrorPage();
  });
  app.notFound(notFound);
  app.use(requestSummary(logger, metrics));
  app.route('/', dockerflowRoutes(dependencies));
  app.get('/metrics', metricsHandler(metrics));

  app.use(securityHeaders(settings.hstsSeconds));
  app.use(cors);
  app.use(allowedHosts(settings.allowedHosts));
  app.use(pageHeaders(settings.cspReportUri));
  app.use(staticFiles(settings.staticRoot));
  app.route('/', docsFiles());
  app.use(responseTime);
  // Half of the places, so that one client never takes all.
  const limit = clientLimit(Math.ceil(settings.searchesInFlight / 2), settings.trustedHops);
  for (const path of ['/api/*', legacySearchPath]) app.use(path, limit);

  const routes = [
    recordRoute(database, settings),
    latestRoute(findBuilds),
    ...exportRoutes(dependencies),
    feedRoute(dependencies, findBuilds),
    pushlogRoute(database, findBuilds),
    listIngestionsRoute(database, settings),
    countIngestionsRoute(database),
    ...objectRoutes(dependencies),
    ...messageRoutes(dependencies),
    ...(operations ? operationRoutes({ ...dependencies, ...operations, links: settings }) : []),
    openApiRoute(app, {
      version: dependencies.readVersion()?.version ?? 'unknown',
      publicUrl: settings.publicUrl,
    }),
  ];
  for (const path of ['/api/searchkit/*', ...new Set(routes.map(honoPath))]) app.use(path, compressed);
  for (const path of ['/api/records/:reference', '/api/latest', '/api/feed.atom', '/api/openapi.json'])
    app.use(path, etag());

  app.all('/api/search', search);
  app.all('/api/records', recordsHandler(dependencies));
  app.route('/api/searchkit', searchkitRoutes(dependencies, metrics, inFlight));
  mountRoutes(app, routes, logger);
  app.all('/contribute.json', contributeHandler);
  // Whatever follows the old address counts as part of it.
  app.all(legacySearchPath, legacySearchHandler(search));
  app.use(uiPage(settings.staticRoot));
  // Its type differs from Hono's only in the environment, which nothing here uses.
  return app as unknown as Hono;
}

/** What operators see and do, in the order of the document. Reading is open; changing needs the token. */
function operationRoutes(context: OperationsContext): ApiRoute[] {
  return [
    stateRoute(context),
    rateRoute(context.database),
    ...runRoutes(context),
    indexesRoute(context),
    ...reconcileScheduleRoutes(context),
    retryOneRoute(context),
    ...deadLetterRoutes(context),
    actionsRoute(context),
  ];
}
