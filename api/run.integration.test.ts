import { createServer } from 'node:net';
import getPort from 'get-port';
import { expect, it } from 'vitest';
import { createLogger } from '../telemetry/logger.ts';
import { linesOf, startBuildhub, urlOf } from '../tests/fixture/buildhub-process.ts';
import { eventually } from '../tests/fixture/eventually.ts';
import { forAllTests } from '../tests/fixture/for-all-tests.ts';
import { listenHere } from '../tests/fixture/listen-here.ts';
import { listen } from './listen.ts';
import { createApiSandbox } from './testing/api-sandbox.ts';

const sandbox = forAllTests(createApiSandbox);

const logger = createLogger('test', 'fatal');

it('the server finishes the requests in flight', async () => {
  const port = await getPort();
  const slow = Promise.withResolvers<number>();
  const asked = Promise.withResolvers<void>();
  const countBuilds = () => {
    asked.resolve();
    return slow.promise;
  };
  const app = sandbox.createApp({}, { countBuilds });
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

const start = (changes: Record<string, string> = {}) =>
  startBuildhub(['api'], { ...sandbox.env, API_PORT: '0', ...changes });

it('the process logs a line for each request, and exits with 0 when it is stopped', async () => {
  const api = await start();
  const response = await fetch(`${urlOf(api)}/api/records`);
  expect(await response.json()).toEqual({ builds: { total: 0 } });
  expect(await api.stop()).toEqual({ code: 0, signal: null });
  expect(linesOf(api)).toContainEqual(
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

it('the process starts without Elasticsearch, PostgreSQL and S3, and says what is missing', async () => {
  const nothing = 'http://127.0.0.1:9';
  const api = await start({
    ELASTICSEARCH_URL: nothing,
    DATABASE_URL: 'postgresql://127.0.0.1:9/x',
    AWS_ENDPOINT_URL_S3: nothing,
  });
  const url = urlOf(api);
  expect((await fetch(`${url}/__lbheartbeat__`)).status).toBe(200);
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
  expect(await api.stop()).toEqual({ code: 0, signal: null });
});

it('the process ends with 1 and a clear line when the port is taken', async () => {
  await using other = await listenHere(createServer());
  await expect(start({ API_PORT: String(other.port) })).rejects.toThrow(
    /exit code 1[\s\S]*buildhub: The API cannot listen on 127\.0\.0\.1:\d+: another process listens there already/,
  );
});
