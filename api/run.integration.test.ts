import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import getPort from 'get-port';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { childEnvironment } from '../config/config.ts';
import { createLogger } from '../telemetry/logger.ts';
import { eventually } from '../tests/fixture/eventually.ts';
import { listen } from './listen.ts';
import { type ApiSandbox, createApiSandbox } from './testing/api-sandbox.ts';

let sandbox: ApiSandbox;
beforeAll(async () => {
  sandbox = await createApiSandbox();
});
afterAll(() => sandbox[Symbol.asyncDispose]());

const logger = createLogger('test', 'fatal');

describe('the server', () => {
  it('finishes the requests in flight', async () => {
    const port = await getPort();
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
    const response = eventually('the API to respond', () => fetch(`http://127.0.0.1:${port}/api/records`));
    await asked.promise;
    stop.abort();
    await expect(fetch(`http://127.0.0.1:${port}/__lbheartbeat__`)).rejects.toThrow();
    slow.resolve(5);
    expect(await (await response).text()).toBe('{"builds":{"total":5}}');
    await running;
  });
});

describe('the process', () => {
  const main = join(import.meta.dirname, 'main.ts');
  const start = (port: number, changes: Record<string, string> = {}) =>
    execa(process.execPath, [main], {
      env: childEnvironment({
        API_PORT: String(port),
        ELASTICSEARCH_INDEX: sandbox.index,
        DATABASE_URL: sandbox.config.DATABASE_URL,
        LOG_LEVEL: 'info',
        ...changes,
      }),
      extendEnv: false,
      reject: false,
    });

  it('logs a line for each request, and exits with 0 when it is stopped', async () => {
    const port = await getPort();
    const api = start(port);
    const response = await eventually('the API to respond', () =>
      fetch(`http://127.0.0.1:${port}/api/records`),
    );
    expect(await response.json()).toEqual({ builds: { total: 0 } });
    api.kill('SIGTERM');
    const { exitCode, stdout } = await api;
    expect(exitCode).toBe(0);
    const lines = stdout.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toContainEqual(
      expect.objectContaining({
        msg: 'request.summary',
        errno: 0,
        method: 'GET',
        path: '/api/records',
        code: 200,
        rid: expect.stringMatching(/^[0-9a-f-]{36}$/),
        t: expect.any(Number),
        agent: expect.any(String),
        lang: expect.any(String),
      }),
    );
  });

  it('starts without Elasticsearch, PostgreSQL and S3, and says what is missing', async () => {
    const port = await getPort();
    const nothing = 'http://127.0.0.1:9';
    const api = start(port, {
      ELASTICSEARCH_URL: nothing,
      DATABASE_URL: 'postgresql://127.0.0.1:9/x',
      AWS_ENDPOINT_URL_S3: nothing,
    });
    const url = `http://127.0.0.1:${port}`;
    expect((await eventually('the API to respond', () => fetch(`${url}/__lbheartbeat__`))).status).toBe(200);
    const heartbeat = await fetch(`${url}/__heartbeat__`);
    expect(heartbeat.status).toBe(500);
    expect(await heartbeat.json()).toMatchObject({
      status: 'error',
      checks: {
        check_database_connected: 'error',
        check_migrations_applied: 'info',
        check_elasticsearch: 'error',
        check_s3_bucket_url: 'error',
      },
    });
    expect((await fetch(`${url}/api/search`)).status).toBe(503);
    api.kill('SIGTERM');
    expect((await api).exitCode).toBe(0);
  });

  it('ends with 1 and a clear line when the port is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { exitCode, stderr } = await start(port);
    server.close();
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^The API cannot listen on 127\.0\.0\.1:\d+: another process listens there already/,
    );
  });
});
