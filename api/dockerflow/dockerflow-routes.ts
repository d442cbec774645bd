import { Hono } from 'hono';
import type { ApiDependencies } from '../dependencies.ts';
import { jsonResponse } from '../json/json-response.ts';
import { levels } from './health-check.ts';
import { type Health, runHealthChecks } from './run-health-checks.ts';

/** Milliseconds that one check has. */
const timeLimit = 5_000;
/** Milliseconds for which a result is good enough: load balancers ask more often than the answer changes. */
const lifetime = 2_000;

/**
 * Dockerflow's three addresses, with or without a slash at the end, by any method and for any host.
 * https://github.com/mozilla-services/Dockerflow
 */
export function dockerflowRoutes({ healthChecks, readVersion }: ApiDependencies): Hono {
  const app = new Hono();
  let health: Promise<Health> | undefined;
  let expires = 0;

  app.on('ALL', eitherWay('/__version__'), () => {
    const version = readVersion();
    if (version !== undefined) return jsonResponse(version);
    return new Response('version.json not found', { status: 404 });
  });

  app.on(
    'ALL',
    eitherWay('/__lbheartbeat__'),
    () => new Response('', { headers: { 'Content-Type': 'text/html; charset=utf-8' } }),
  );

  app.on('ALL', eitherWay('/__heartbeat__'), async () => {
    if (health === undefined || performance.now() > expires) {
      expires = Number.POSITIVE_INFINITY;
      health = runHealthChecks(healthChecks, timeLimit).finally(() => {
        expires = performance.now() + lifetime;
      });
    }
    const result = await health;
    return jsonResponse(result, levels[result.status] < levels.error ? 200 : 500);
  });
  return app;
}

/** With and without a slash at the end. */
function eitherWay(path: string): string[] {
  return [path, `${path}/`];
}
