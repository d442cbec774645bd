import { randomUUID } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { Logger } from '../../telemetry/logger.ts';
import type { Metrics } from '../metrics.ts';

/**
 * A line `request.summary` for each request, with the fields of mozlog, and the metrics of requests.
 * The id of the request is `rid`, and other lines about the same request carry it too.
 */
export function requestSummary(logger: Logger, metrics: Metrics): MiddlewareHandler {
  return async (c, next) => {
    const start = performance.now();
    const rid = randomUUID();
    c.set('rid', rid);
    await next();
    const milliseconds = performance.now() - start;
    const { method, path } = c.req;
    const route = routePath(c);
    metrics.requests.inc({ route, method: knownMethod(method), status: c.res.status });
    metrics.requestSeconds.observe({ route }, milliseconds / 1000);
    logger.info(
      {
        type: 'request.summary',
        errno: c.res.status >= 500 ? 500 : 0,
        agent: c.req.header('User-Agent') ?? '',
        lang: c.req.header('Accept-Language') ?? '',
        method,
        path,
        code: c.res.status,
        rid,
        t: Math.round(milliseconds),
      },
      'request.summary',
    );
  };
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** A client may make methods up, and each would be a time series of its own. */
function knownMethod(method: string): string {
  return methods.has(method) ? method : 'other';
}
