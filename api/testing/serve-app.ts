import type { ServerOptions } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { type Listening, listenHere } from '../../tests/fixture/listen-here.ts';

/**
 * Serves an app on a free port of this machine.
 *
 * @param serverOptions of Node's server, if a test needs others than production
 */
export function serveApp({ fetch }: Hono, serverOptions: ServerOptions = {}): Promise<Listening> {
  return listenHere(createAdaptorServer({ fetch, hostname: '127.0.0.1', serverOptions }));
}
