import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import type { Config } from '../config/config.ts';
import { withoutPasswords } from '../config/without-passwords.ts';

/** One thing that must be well for the process to be well; rejects, or resolves to what is wrong, otherwise. */
export type HealthCheck = () => Promise<string | undefined> | string | undefined;

/**
 * Serves the health (`/__heartbeat__` with a reason for each check that failed, `/__lbheartbeat__` for liveness, as
 * Dockerflow has it) and the metrics (`/metrics`, Prometheus) of a process without an API.
 *
 * @param checks of what the process needs: it is not ready while one fails
 * @param liveness checks for states that only a restart ends; a service that is down is not one of them
 * @returns the address it listens on, and how to stop it
 */
export async function serveHealth(
  config: Pick<Config, 'WORKER_HTTP_HOST' | 'WORKER_HTTP_PORT'>,
  page: { readonly contentType: string; render(): Promise<string> },
  checks: Readonly<Record<string, HealthCheck>>,
  liveness: Readonly<Record<string, HealthCheck>> = {},
): Promise<{ url: string; close: () => Promise<void> }> {
  const app = new Hono();
  const show = (all: Readonly<Record<string, HealthCheck>>) => async (context: Context) => {
    const problems = await findProblems(all);
    const status = Object.keys(problems).length === 0 ? 'ok' : 'error';
    return context.json({ status, checks: Object.keys(all), problems }, status === 'ok' ? 200 : 500);
  };
  app.get('/__lbheartbeat__', show(liveness));
  // The members may be added later.
  app.get('/__heartbeat__', async (context) => await show({ ...liveness, ...checks })(context));
  app.get('/metrics', async (context) =>
    context.body(await page.render(), 200, { 'Content-Type': page.contentType }),
  );
  const { WORKER_HTTP_HOST: hostname, WORKER_HTTP_PORT: port } = config;
  return await new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname, port }, ({ port: listening }) => {
      resolve({
        url: `http://${hostname}:${listening}`,
        close: () => (server as Server)[Symbol.asyncDispose](),
      });
    });
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const hint =
        cause.code === 'EADDRINUSE'
          ? 'it is in use: set WORKER_HTTP_PORT to another, or to 0'
          : cause.message;
      reject(new Error(`Cannot serve health and metrics on ${hostname}:${port}: ${hint}`, { cause }));
    });
  });
}

async function findProblems(checks: Readonly<Record<string, HealthCheck>>): Promise<Record<string, string>> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      try {
        return [name, await check()] as const;
      } catch (error) {
        return [name, withoutPasswords(error instanceof Error ? error.message : String(error))] as const;
      }
    }),
  );
  return Object.fromEntries(results.filter((result): result is [string, string] => result[1] !== undefined));
}
