import { expect, it } from 'vitest';
import { createOfflineApp } from './testing/offline-app.ts';

const app = createOfflineApp();

it.each(['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'])('/api/records counts builds for %s', async (method) => {
  const response = await app.request('/api/records', { method });
  expect(response.status).toBe(200);
  expect(response.headers.get('Content-Type')).toBe('application/json');
  expect(await response.text()).toBe('{"builds":{"total":17}}');
});

it('/api/records counts once for requests that come at the same time, and again for the next', async () => {
  let counts = 0;
  const counting = createOfflineApp({}, { countBuilds: async () => ++counts });
  const texts = await Promise.all([1, 2, 3].map(async () => (await counting.request('/api/records')).text()));
  expect(new Set(texts)).toEqual(new Set(['{"builds":{"total":1}}']));
  expect(await (await counting.request('/api/records')).text()).toBe('{"builds":{"total":2}}');
});

const failing = (error: Error) => createOfflineApp({}, { countBuilds: () => Promise.reject(error) });

it('/api/records has a page for a fault of ours', async () => {
  const response = await failing(new Error('PostgreSQL is down')).request('/api/records');
  expect(response.status).toBe(500);
  expect(await response.text()).toBe('<h1>Server Error (500)</h1>');
  expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
});

it.each([
  ['25006', 'is read-only, as after a failover'],
  ['57P03', 'is starting'],
])('/api/records asks to try again if PostgreSQL returns %s: it %s', async (code) => {
  const cause = Object.assign(new Error('not now'), { code });
  const response = await failing(new Error('Failed query', { cause })).request('/api/records');
  expect(response.status).toBe(503);
  expect(response.headers.get('Retry-After')).toBe('5');
  expect(await response.json()).toEqual({ error: 'The database is unavailable. Try again soon.' });
});

it('the address of the first Buildhub redirects to the new one, whatever follows it', async () => {
  const path = '/v1/buckets/build-hub/collections/releases/search';
  for (const address of [`${path}?x=1`, `${path}/more`, `${path}es`]) {
    const response = await app.request(address);
    expect(response.status).toBe(301);
    expect(response.headers.get('Location')).toBe('/api/search');
  }
});

it('/metrics counts requests by route, and refusals by kind', async () => {
  const fresh = createOfflineApp();
  await fresh.request('/api/records');
  await fresh.request('/api/search', { method: 'POST', body: '{' });
  await fresh.request('/one');
  await fresh.request('/two', { method: 'PURGE' });
  const response = await fresh.request('/metrics');
  expect(response.headers.get('Content-Type')).toContain('text/plain');
  const text = await response.text();
  expect(text).toContain('buildhub_api_requests_total{route="/api/records",method="GET",status="200"} 1');
  expect(text).toContain('buildhub_api_requests_total{route="/*",method="GET",status="404"} 1');
  expect(text).toContain('buildhub_api_requests_total{route="/*",method="other",status="404"} 1');
  expect(text).toContain('buildhub_api_searches_refused_total{kind="syntax"} 1');
  expect(text).toContain('buildhub_api_searches_in_flight 0');
});
