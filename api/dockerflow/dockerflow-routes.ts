import { Hono } from 'hono';
import { LRUCache } from 'lru-cache';
import { readVersion } from '../../config/version.ts';
import { messageOf, withoutPasswords } from '../../config/without-passwords.ts';
import { within } from '../../operations/within.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { jsonResponse } from '../json-response.ts';
import { type HealthChecks, type HealthMessage, type Level, levels } from './health-checks.ts';

/** Milliseconds that one check has. */
const timeLimit = 5_000;
/** Milliseconds for which a result is good enough: load balancers ask more often than it changes. */
const lifetime = 2_000;

/**
 * Dockerflow's three addresses, with or without a slash at the end, by any method and for any host.
 * https://github.com/mozilla-services/Dockerflow
 */
export function dockerflowRoutes({ healthChecks, isWedged }: ApiDependencies): Hono {
  const app = new Hono();
  const health = new LRUCache<'now', Health>({
    max: 1,
    ttl: lifetime,
    fetchMethod: () => runHealthChecks(healthChecks, timeLimit),
  });

  app.on('ALL', eitherWay('/__version__'), () => jsonResponse(readVersion()));

  // Orchestrators restart a process for which this fails, so it asks no service.
  app.on('ALL', eitherWay('/__lbheartbeat__'), () => {
    const headers = { 'Content-Type': 'text/html; charset=utf-8' };
    return isWedged()
      ? new Response('The pool of PostgreSQL connections is wedged.', { status: 500, headers })
      : new Response('', { headers });
  });

  app.on('ALL', eitherWay('/__heartbeat__'), async () => {
    const result = await health.forceFetch('now');
    return jsonResponse(result, levels[result.status] < levels.error ? 200 : 500);
  });
  return app;
}

function eitherWay(path: string): string[] {
  return [path, `${path}/`];
}

/** The body of `/__heartbeat__`, in the shape of python-dockerflow. */
interface Health {
  status: Level;
  readonly checks: Record<string, Level>;
  /** Only of checks that found something. */
  readonly details: Record<string, { status: Level; level: number; messages: Record<string, string> }>;
}

/**
 * Runs all checks side by side.
 *
 * @param timeLimit milliseconds that each check has; one that takes longer has failed
 */
export async function runHealthChecks(checks: HealthChecks, timeLimit: number): Promise<Health> {
  const found = await Promise.all(
    Object.entries(checks).map(async ([name, run]) => {
      const message = within(run(AbortSignal.timeout(timeLimit)), timeLimit).catch(failed);
      return [name, await message] as const;
    }),
  );
  const health: Health = { status: 'ok', checks: {}, details: {} };
  for (const [name, message] of found) {
    const status = message?.level ?? 'ok';
    health.checks[name] = status;
    if (levels[status] > levels[health.status]) health.status = status;
    if (!message) continue;
    const messages = { [message.id]: withoutPasswords(message.text) };
    health.details[name] = { status, level: levels[status], messages };
  }
  return health;
}

function failed(error: unknown): HealthMessage {
  return { level: 'error', id: 'buildhub.health.E000', text: messageOf(error) };
}
