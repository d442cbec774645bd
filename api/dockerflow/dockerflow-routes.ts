import { Hono } from 'hono';
import { withoutPasswords } from '../../config/without-passwords.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { jsonResponse } from '../json-response.ts';
import { type HealthCheck, type HealthMessage, type Level, levels, reasonOf } from './health-checks.ts';

/** Milliseconds that one check has. */
const timeLimit = 5_000;
/** Milliseconds for which a result is good enough: load balancers ask more often than it changes. */
const lifetime = 2_000;

/**
 * Dockerflow's three addresses, with or without a slash at the end, by any method and for any host.
 * https://github.com/mozilla-services/Dockerflow
 */
export function dockerflowRoutes({ healthChecks, readVersion, isWedged }: ApiDependencies): Hono {
  const app = new Hono();
  let health: Promise<Health> | undefined;
  let expires = 0;

  app.on('ALL', eitherWay('/__version__'), () => {
    const version = readVersion();
    if (version !== undefined) return jsonResponse(version);
    return new Response('version.json not found', { status: 404 });
  });

  // Orchestrators restart a process for which this fails, so it asks no service.
  app.on('ALL', eitherWay('/__lbheartbeat__'), () => {
    const headers = { 'Content-Type': 'text/html; charset=utf-8' };
    return isWedged()
      ? new Response('The pool of PostgreSQL connections is wedged.', { status: 500, headers })
      : new Response('', { headers });
  });

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

/** The body of `/__heartbeat__`, in the shape of python-dockerflow. */
export interface Health {
  readonly status: Level;
  readonly checks: Record<string, Level>;
  /** Only of checks that found something. */
  readonly details: Record<string, { status: Level; level: number; messages: Record<string, string> }>;
}

/**
 * Runs all checks side by side.
 *
 * @param timeLimit milliseconds that each check has; one that takes longer has failed
 */
export async function runHealthChecks(checks: readonly HealthCheck[], timeLimit: number): Promise<Health> {
  const found = await Promise.all(checks.map((check) => runOne(check, timeLimit)));
  const health: Health = { status: 'ok', checks: {}, details: {} };
  let worst: Level = 'ok';
  for (const [index, check] of checks.entries()) {
    const messages = found[index] ?? [];
    const level = worstOf(messages);
    if (levels[level] > levels[worst]) worst = level;
    health.checks[check.name] = level;
    if (messages.length === 0) continue;
    health.details[check.name] = {
      status: level,
      level: levels[level],
      messages: Object.fromEntries(messages.map(({ id, text }) => [id, withoutPasswords(text)])),
    };
  }
  return { ...health, status: worst };
}

async function runOne(check: HealthCheck, timeLimit: number): Promise<readonly HealthMessage[]> {
  const signal = AbortSignal.timeout(timeLimit);
  const late = new Promise<readonly HealthMessage[]>((resolve) => {
    signal.addEventListener('abort', () =>
      resolve([failed(`${check.name} had no result within ${timeLimit / 1000} seconds`)]),
    );
  });
  const result = check.run(signal).catch((error: unknown) => [failed(reasonOf(error))]);
  return Promise.race([result, late]);
}

function failed(text: string): HealthMessage {
  return { level: 'error', id: 'buildhub.health.E000', text };
}

function worstOf(messages: readonly HealthMessage[]): Level {
  return messages.reduce<Level>((worst, { level }) => (levels[level] > levels[worst] ? level : worst), 'ok');
}
