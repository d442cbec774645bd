import { Hono } from 'hono';
import { compressAnswers } from './compression/compress-answers.ts';
import type { ApiDependencies } from './dependencies.ts';
import { dockerflowRoutes } from './dockerflow/dockerflow-routes.ts';
import { allowedHosts } from './headers/allowed-hosts.ts';
import { cors } from './headers/cors.ts';
import { responseTime } from './headers/response-time.ts';
import { contentSecurityPolicy, frameOptions, securityHeaders } from './headers/security-headers.ts';
import { requestSummary } from './logging/request-summary.ts';
import { createMetrics } from './metrics/metrics.ts';
import { apiRoutes } from './openapi/api-routes.ts';
import { honoPath, mountRoutes } from './openapi/mount-routes.ts';
import { contributeHandler } from './routes/contribute.ts';
import { serverErrorPage } from './routes/error-pages.ts';
import { metricsHandler } from './routes/metrics.ts';
import { recordsHandler } from './routes/records.ts';
import { InFlightLimit } from './search/in-flight-limit.ts';
import { legacySearchHandler, legacySearchPath, searchHandler } from './search/search-route.ts';
import { searchkitRoutes } from './searchkit/searchkit-routes.ts';
import { pageHandler } from './static/page-routes.ts';
import { scanStaticFiles } from './static/scan-static-files.ts';
import { staticFiles } from './static/static-files.ts';

/**
 * The API. The order of what is in front of the routes decides which answer has which headers, and is the one of
 * Buildhub2: health checks need none of it, files of the UI have no response time, and so on.
 */
export function createApp(dependencies: ApiDependencies): Hono {
  const { logger, settings } = dependencies;
  const metrics = createMetrics(dependencies.observeStores);
  const files = scanStaticFiles(settings.staticRoot);
  const inFlight = new InFlightLimit(settings.searchesInFlight, (running) =>
    metrics.searchesInFlight.set(running),
  );
  const search = searchHandler(dependencies, metrics, inFlight);

  const app = new Hono();
  app.onError((error, c) => {
    logger.error({ err: error, rid: c.get('rid' as never) }, 'A request failed');
    return serverErrorPage();
  });
  app.use(requestSummary(logger, metrics));
  app.route('/', dockerflowRoutes(dependencies));
  app.get('/metrics', metricsHandler(metrics));

  app.use(securityHeaders(settings.hstsSeconds));
  app.use(cors);
  app.use(allowedHosts(settings.allowedHosts));
  app.use(frameOptions);
  app.use(contentSecurityPolicy(settings.cspReportUri));
  app.use(staticFiles(files));
  app.use(responseTime);
  const routes = apiRoutes(dependencies, inFlight);
  for (const path of ['/api/searchkit/*', ...new Set(routes.map(honoPath))]) app.use(path, compressAnswers);

  app.all('/api/search', search);
  app.all('/api/records', recordsHandler(dependencies));
  app.route(
    '/api/searchkit',
    searchkitRoutes({
      elasticsearch: dependencies.elasticsearch,
      index: settings.index,
      timeLimit: settings.searchTimeLimit,
      inFlight,
      metrics,
      logger,
    }),
  );
  mountRoutes(app, routes, logger);
  app.all('/contribute.json', contributeHandler);
  // Whatever follows the old address counts as part of it.
  app.all(legacySearchPath, legacySearchHandler(search));
  app.all('*', pageHandler(files.get('/index.html')));
  return app;
}
