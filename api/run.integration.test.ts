import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { childEnvironment, loadConfig } from '../config/config.ts';
import { createLogger } from '../telemetry/logger.ts';
import { listen } from './listen.ts';
import { runApi } from './run.ts';
import { type ApiSandbox, createApiSandbox } from './testing/api-sandbox.ts';

let sandbox: ApiSandbox;
beforeAll(async () => {
  sandbox = await createApiSandbox();
});
afterAll(() => sandbox[Symbol.asyncDispose]());

const logger = createLogger('test', 'fatal');

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function eventually<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (attempt > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

describe('runApi', () => {
  it('serves over HTTP until it is told to stop', async () => {
    const port = await freePort();
    const config = loadConfig(
      childEnvironment({
        API_PORT: String(port),
        ELASTICSEARCH_INDEX: sandbox.index,
        DATABASE_URL: sandbox.databaseUrl,
      }),
    );
    const stop = new AbortController();
    const running = runApi(config, logger, stop.signal);
    const url = `http://127.0.0.1:${port}`;
    const records = await eventually(() => fetch(`${url}/api/records`));
    expect(await records.text()).toBe('{"builds": {"total": 0}}');
    const search = await fetch(`${url}/api/search`, { method: 'POST', body: '{"size":0}' });
    expect(await search.json()).toMatchObject({ hits: { total: 0 } });
    const head = await fetch(`${url}/api/search`, { method: 'HEAD' });
    expect(Number(head.headers.get('Content-Length'))).toBeGreaterThan(100);
    const tooLarge = await fetch(`${url}/api/search`, { method: 'POST', body: 'x'.repeat(3_000_000) });
    expect(tooLarge.status).toBe(400);
    stop.abort();
    await running;
    await expect(fetch(url)).rejects.toThrow();
  });

  it('finishes the requests in hand', async () => {
    const port = await freePort();
    const slow = Promise.withResolvers<number>();
    const asked = Promise.withResolvers<void>();
    const app = sandbox.createApp(
      {},
      {
        countBuilds: () => {
          asked.resolve();
          return slow.promise;
        },
      },
    );
    const stop = new AbortController();
    const running = listen(app, { host: '127.0.0.1', port, logger, stop: stop.signal });
    const answer = eventually(() => fetch(`http://127.0.0.1:${port}/api/records`));
    await asked.promise;
    stop.abort();
    await expect(fetch(`http://127.0.0.1:${port}/__lbheartbeat__`)).rejects.toThrow();
    slow.resolve(5);
    expect(await (await answer).text()).toBe('{"builds": {"total": 5}}');
    await running;
  });

  it('says that the port is taken, and what to do', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const stop = new AbortController();
    try {
      const app = sandbox.createApp({});
      await expect(listen(app, { host: '127.0.0.1', port, logger, stop: stop.signal })).rejects.toThrow(
        `The API cannot listen on 127.0.0.1:${port}: something else listens there already. Stop it, or set API_PORT`,
      );
    } finally {
      server.close();
    }
  });
});
