import { Client } from '@elastic/elasticsearch';
import { expect, it } from 'vitest';
import { loadConfig } from '../../config/config.ts';
import { readVersion } from '../../config/version.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { createOfflineApp } from '../testing/offline-app.ts';
import { runHealthChecks } from './dockerflow-routes.ts';
import { healthChecks } from './health-checks.ts';

it.each([
  ['/__version__', 'application/json', JSON.stringify(readVersion())],
  ['/__lbheartbeat__', 'text/html; charset=utf-8', ''],
])('%s responds with and without a slash at the end', async (path, type, body) => {
  for (const address of [path, `${path}/`]) {
    const response = await createOfflineApp().request(address, { method: 'POST' });
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe(type);
    expect(await response.text()).toBe(body);
  }
});

it('/__lbheartbeat__ fails if the pool of connections is wedged', async () => {
  const app = createOfflineApp({}, { isWedged: () => true });
  expect((await app.request('/__lbheartbeat__')).status).toBe(500);
});

it('/__heartbeat__ never shows a password', async () => {
  const url = 'http://elastic:hunter2@127.0.0.1:9';
  const config = loadConfig({ ELASTICSEARCH_URL: url });
  const elasticsearch = new Client({ node: url, maxRetries: 0 });
  const { check_elasticsearch } = healthChecks(config, { elasticsearch } as ApiDependencies);
  const checks = {
    check_elasticsearch,
    database: () => Promise.reject(new Error('no connection to postgresql://me:p@ss@db/x')),
  };
  const app = createOfflineApp({}, { healthChecks: checks });
  const text = await (await app.request('/__heartbeat__')).text();
  expect(text).toContain('http://***@127.0.0.1:9');
  expect(text).toContain('postgresql://***@db/x');
  expect(text).not.toMatch(/hunter2|elastic:|ss@/);
});

it('/__heartbeat__ keeps its result for a moment', async () => {
  let runs = 0;
  const counting = async () => {
    runs++;
    return undefined;
  };
  const app = createOfflineApp({}, { healthChecks: { counting } });
  await Promise.all([1, 2, 3].map(() => app.request('/__heartbeat__')));
  await app.request('/__heartbeat__');
  expect(runs).toBe(1);
});

it('runHealthChecks takes a check that fails or takes too long for an error', async () => {
  const health = await runHealthChecks(
    {
      fails: () => Promise.reject(new Error('no connection')),
      hangs: () => new Promise(() => {}),
      fine: async () => undefined,
    },
    50,
  );
  expect(health.status).toBe('error');
  expect(health.checks).toEqual({ fails: 'error', hangs: 'error', fine: 'ok' });
  expect(health.details.fails?.messages).toEqual({ 'buildhub.health.E000': 'no connection' });
  expect(Object.values(health.details.hangs?.messages ?? {})).toEqual(['no response within 0.05 seconds']);
});
