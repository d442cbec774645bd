import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import type { Hono } from 'hono';
import type { Logger } from '../telemetry/logger.ts';

/** Milliseconds that a client has to send a whole request; a slow one must not hold a connection indefinitely. */
const requestTimeout = 30_000;
/**
 * Milliseconds after which a connection is closed on which nothing moves, such as that of a client that does not read.
 * Longer than any handler takes, whose response would be lost.
 */
const timeout = 45_000;
/** Milliseconds that an idle connection is kept. Longer than the 60 s of usual load balancers, which must close first. */
const keepAliveTimeout = 65_000;

/**
 * Serves an app over HTTP until `stop` aborts; then accepts no more connections, and ends when the requests in flight are
 * done.
 *
 * @throws when it cannot listen, with a message that says what to do
 */
export async function listen(
  app: Hono,
  { host, port, logger, stop }: { host: string; port: number; logger: Logger; stop: AbortSignal },
): Promise<void> {
  const server = serve(
    { fetch: app.fetch, hostname: host, port, serverOptions: { requestTimeout, keepAliveTimeout } },
    (info) => {
      server.setTimeout(timeout);
      // A process manager waits for the line `Ready`.
      logger.info({ host, port: info.port, url: `http://${host}:${info.port}` }, 'Ready');
    },
  ) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, host, port)));
    server.once('close', resolve);
    const close = () => {
      server.close();
      // A connection that is kept for the next request would hold the process; it is idle once its response is sent.
      const idle = setInterval(() => server.closeIdleConnections(), 50);
      server.once('close', () => clearInterval(idle));
    };
    if (stop.aborted) close();
    else stop.addEventListener('abort', close, { once: true });
  });
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const reasons: Record<string, string> = {
    EADDRINUSE:
      'another process listens there already. Stop it, or set API_PORT to another port (0 takes a free one).',
    EACCES: 'this user is not allowed to. Set API_PORT to a port above 1023.',
    EADDRNOTAVAIL: 'this machine has no such address. Set API_HOST to one that it has.',
    ENOTFOUND: 'this name cannot be resolved. Set API_HOST to an address.',
  };
  const reason = reasons[error.code ?? ''] ?? error.message;
  return new Error(`The API cannot listen on ${host}:${port}: ${reason}`, { cause: error });
}
