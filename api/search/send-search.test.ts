import { createServer, type RequestListener } from 'node:http';
import { Client } from '@elastic/elasticsearch';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../config/config.ts';
import { forAllTests } from '../../tests/fixture/for-all-tests.ts';
import { listenHere } from '../../tests/fixture/listen-here.ts';
import { createOfflineApp } from '../testing/offline-app.ts';
import { serveApp } from '../testing/serve-app.ts';
import { turnsOf } from '../testing/turns-of.ts';
import { searchLimits } from './request-budget.ts';
import { searchWhole } from './send-search.ts';

/** What the server in place of Elasticsearch does, which the real one cannot be made to do. */
let respond: RequestListener;
/** Connections that have been closed before their response was whole. */
let givenUp = 0;
const server = createServer((request, response) => {
  request.resume();
  response.setHeader('X-Elastic-Product', 'Elasticsearch').setHeader('Content-Type', 'application/json');
  response.on('close', () => (givenUp += response.writableEnded ? 0 : 1));
  respond(request, response);
});
const listening = forAllTests(() => listenHere(server));
let elasticsearch: Client;
beforeAll(() => {
  elasticsearch = new Client({ node: listening.url, maxRetries: 0 });
});
afterAll(() => elasticsearch.close());
beforeEach(() => {
  givenUp = 0;
});

const start = '{"took":1,"timed_out":false,"hits":{"total":7,"max_score":null,"hits":[';
const post = (app: ReturnType<typeof createOfflineApp>, body: unknown) =>
  Promise.resolve(app.request('/api/search', { method: 'POST', body: JSON.stringify(body) }));
const search = (body: unknown) => post(createOfflineApp({}, { elasticsearch }), body);

describe('a response that Elasticsearch had too little time for', () => {
  beforeEach(() => {
    // The hits of one segment, say, out of many.
    respond = (_, response) => response.end('{"took":10001,"timed_out":true,"hits":{"total":2,"hits":[]}}');
  });

  it.each([{}, { timeout: '20s' }, { timeout: '-1' }, { timeout: null }])(
    'is a 503 for %j, which wants everything',
    async (body) => {
      const response = await search(body);
      expect(response.status).toBe(503);
      expect(response.headers.get('Retry-After')).toBe('10');
      expect(await response.json()).toEqual({
        error: expect.stringContaining('took longer than 10 seconds'),
      });
    },
  );

  it.each(['5ms', '10s'])('is what a client that allows %s gets', async (timeout) => {
    const response = await search({ timeout });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ timed_out: true, hits: { total: 2 } });
  });

  it('is a 503 for a route that needs the newest builds', async () => {
    const app = createOfflineApp({}, { elasticsearch });
    const response = await app.request('/api/latest?product=firefox');
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ error: expect.stringContaining('took longer than 10 seconds') });
  });
});

describe('the bytes of a response', () => {
  it.each([10, 100_000, 1_000_000])('are passed on as they are (%d numbers)', async (count) => {
    const text = `${start}${Array.from({ length: count }, (_, at) => `${at}.0`).join(',')}]}}`;
    respond = (_, response) => response.end(text);
    const response = await search({});
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(text);
  });

  it('are counted: what is too large is cut off', async () => {
    respond = (_, response) => response.end(`${start}${' '.repeat(searchLimits.responseBytes)}]}}`);
    await expect((await search({})).text()).rejects.toThrow(`${searchLimits.responseBytes} bytes`);
  });

  it('that a route needs at once are limited: those of one response, and those of all', async () => {
    respond = (_, response) => response.end(`${start}${' '.repeat(searchLimits.responseBytes)}]}}`);
    // Four seconds, since a busy machine may take some until it has read 64 MB.
    const app = createOfflineApp({ SEARCH_TIME_LIMIT_SECONDS: 4 }, { elasticsearch });
    const tooLarge = await app.request('/api/latest?product=firefox');
    expect(tooLarge.status).toBe(400);
    expect(await tooLarge.json()).toEqual({
      error: expect.stringContaining(`${searchLimits.responseBytes} bytes`),
    });
    // Four of 18 MB are more than 64 MB, and none of them ends.
    respond = (_, response) => response.write(start + ' '.repeat(18_000_000));
    const responses = await Promise.all(
      [1, 2, 3, 4].map(() => Promise.resolve(app.request('/api/latest?product=firefox'))),
    );
    for (const { status } of responses) expect(status).toBe(503);
    const errors = await Promise.all(responses.map((response) => response.text()));
    expect(errors.filter((text) => text.includes('Too many large responses')).length).toBeGreaterThan(0);
  });

  it('end where they end: a response that breaks off is not whole for the client either', async () => {
    respond = (_, response) => {
      response.write(start + ' '.repeat(1_000_000));
      setTimeout(() => response.destroy(), 50);
    };
    await expect((await search({})).text()).rejects.toThrow();
  });

  it('are not read on for a client that has gone, and the next search has its place', async () => {
    respond = (_, response) => response.write(start + ' '.repeat(1_000_000));
    const app = createOfflineApp({ SEARCHES_IN_FLIGHT: 1, TRUSTED_PROXIES: 1 }, { elasticsearch });
    await using served = await serveApp(app);
    const other = { headers: { 'X-Forwarded-For': '192.0.2.7' } };
    const stop = new AbortController();
    const response = await fetch(`${served.url}/api/search`, { signal: stop.signal });
    expect((await fetch(`${served.url}/api/search`, other)).status).toBe(503);
    stop.abort();
    await expect(response.text()).rejects.toThrow();
    await expect.poll(() => givenUp).toBeGreaterThan(0);
    respond = (_, next) => next.end(`${start}]}}`);
    expect((await fetch(`${served.url}/api/search`)).status).toBe(200);
  });

  it('are not asked for any longer if the client goes before they come', async () => {
    const asked = Promise.withResolvers<void>();
    respond = () => asked.resolve();
    const stop = new AbortController();
    const app = createOfflineApp({ SEARCHES_IN_FLIGHT: 1 }, { elasticsearch });
    const request = new Request('http://localhost/api/search', { signal: stop.signal });
    const response = Promise.resolve(app.request(request));
    await asked.promise;
    stop.abort();
    expect((await response).status).toBe(499);
    await expect.poll(() => givenUp).toBeGreaterThan(0);
    respond = (_, next) => next.end(`${start}]}}`);
    expect((await post(app, {})).status).toBe(200);
  });
});

describe('an error of Elasticsearch', () => {
  const cause = { type: 'x', reason: 'Why not' };
  const error = { error: { root_cause: [cause], ...cause }, status: 400 };
  it.each<[status: number, body: unknown, expected: number, json: unknown]>([
    [400, error, 400, error],
    [404, error, 400, { error: 'Why not' }],
    [500, error, 400, { error: 'Why not' }],
    [500, 'nonsense', 503, { error: expect.stringContaining('unavailable') }],
    ...[401, 403].map((status): [number, unknown, number, unknown] => [
      status,
      { error: { type: 'security_exception', reason: 'API key id [x] of user [y]' } },
      503,
      { error: expect.not.stringContaining('API key') },
    ]),
    [503, error, 503, { error: expect.stringContaining('unavailable') }],
    [429, error, 503, { error: expect.stringContaining('unavailable') }],
    [
      429,
      { error: { type: 'circuit_breaking_exception', reason: '[request] Data too large' } },
      400,
      { error: expect.stringContaining('more memory than one search may have') },
    ],
    ...[
      [400, 'index_closed_exception'],
      [404, 'index_not_found_exception'],
      [403, 'cluster_block_exception'],
    ].map(([status, type]): [number, unknown, number, unknown] => [
      Number(status),
      { error: { root_cause: [{ type, reason: 'closed' }], type }, status },
      503,
      { error: expect.stringContaining('unavailable') },
    ]),
  ])('%d %j becomes %d', async (status, body, expected, json) => {
    respond = (_, response) => response.writeHead(status).end(JSON.stringify(body));
    const response = await search({});
    expect(response.status).toBe(expected);
    expect(await response.json()).toEqual(json);
    if (expected === 503) expect(response.headers.get('Retry-After')).toBe('5');
  });
});

it('the address of the first Buildhub has the same limit for each client', async () => {
  respond = () => undefined;
  const app = createOfflineApp({ SEARCHES_IN_FLIGHT: 2 }, { elasticsearch });
  const path = '/v1/buckets/build-hub/collections/releases/search';
  const stop = new AbortController();
  const { signal } = stop;
  const first = app.request(new Request(`http://localhost${path}`, { method: 'POST', body: '{}', signal }));
  expect((await app.request(path, { method: 'POST', body: '{}' })).status).toBe(429);
  stop.abort();
  await first;
});

it('an error of Elasticsearch is no fault of the client if the search is not its own', async () => {
  respond = (_, response) =>
    response.writeHead(500).end('{"error":{"type":"i_o_exception","reason":"No space left on device"}}');
  const latest = await createOfflineApp({}, { elasticsearch }).request('/api/latest');
  expect([latest.status, latest.headers.get('Retry-After')]).toEqual([503, '5']);
});

it('gives no two large responses the same turn of the event loop, which they would stall together', async () => {
  const waiting: Parameters<RequestListener>[1][] = [];
  respond = (_, response) => {
    waiting.push(response);
    if (waiting.length < 8) return;
    for (const each of waiting) each.end(`${start}"${'x'.repeat(20_000)}"]}}`);
  };
  const all = { body: {}, mayBePartial: false, aggregationBytes: 0 };
  const { signal } = new AbortController();
  const read = () => searchWhole({ elasticsearch, config: loadConfig({}) }, all, { signal });
  expect(await turnsOf(8, read)).toBe(8);
});
