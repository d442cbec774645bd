import type { Server, ServerOptions } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import type { Hono } from 'hono';

export interface ServedApp extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly url: string;
}

/**
 * Serves an app on a free port of this machine.
 *
 * @param serverOptions of Node's server, if a test needs others than production
 */
export async function serveApp(app: Hono, serverOptions: ServerOptions = {}): Promise<ServedApp> {
  const server = await new Promise<Server>((resolve) => {
    const made = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0, serverOptions }, () =>
      resolve(made as Server),
    );
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
