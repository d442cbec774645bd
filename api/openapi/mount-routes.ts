import type { Context, Hono } from 'hono';
import type { Logger } from '../../telemetry/logger.ts';
import { jsonResponse } from '../json/json-response.ts';
import { SearchRefusal } from '../search/search-refusal.ts';
import { ApiProblem } from './api-problem.ts';
import type { ApiRoute } from './api-route.ts';
import { readParameters } from './read-parameters.ts';
import { serviceProblem } from './service-problem.ts';

/**
 * Adds routes to an app. Parameters are read by the route's schemas before its handler is called, every fault becomes
 * JSON with an `error`, and other methods of a path are refused with the ones that there are.
 */
export function mountRoutes(app: Hono, routes: readonly ApiRoute[], logger: Logger): void {
  for (const route of routes) {
    app.on(route.method.toUpperCase(), honoPath(route), (c) => answer(c, route, logger));
  }
  const byPath = Map.groupBy(routes, honoPath);
  for (const [path, itsRoutes] of byPath) app.all(path, () => refuseMethod(itsRoutes));
}

async function answer(c: Context, route: ApiRoute, logger: Logger): Promise<Response> {
  try {
    return await route.handle(c, readParameters(c, route));
  } catch (error) {
    const problem = asProblem(error);
    if (problem.status >= 500) {
      logger.warn({ err: problem, rid: c.get('rid'), operation: route.operationId }, 'A request failed');
    }
    return jsonResponse({ error: problem.message, ...problem.details }, problem.status, problem.headers);
  }
}

function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (error instanceof SearchRefusal) {
    return new ApiProblem(error.status, error.message, { headers: { ...error.headers }, cause: error });
  }
  return (
    serviceProblem(error) ??
    new ApiProblem(
      500,
      'Something failed here, and has been logged. It is a fault of ours: please report it.',
      {
        cause: error,
      },
    )
  );
}

function refuseMethod(routes: readonly ApiRoute[]): Response {
  const methods = routes.flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : ['POST']));
  const error = `This address answers ${methods.join(', ')} only`;
  return jsonResponse({ error }, 405, { Allow: methods.join(', ') });
}

/** `/api/records/{reference}` is `/api/records/:reference` to Hono. */
export function honoPath({ path, restParameter }: Pick<ApiRoute, 'path' | 'restParameter'>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) =>
    name === restParameter ? `:${name}{.+}` : `:${name}`,
  );
}
