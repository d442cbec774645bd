import { connect } from 'node:net';
import { Client } from '@elastic/elasticsearch';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../config/config.ts';
import { generateBuilds } from '../../stack/samples/generate-builds.ts';
import { eventually } from '../../tests/fixture/eventually.ts';
import { startFailingProxy } from '../../tests/fixture/failing-proxy.ts';
import { forAllTests } from '../../tests/fixture/for-all-tests.ts';
import { createApiSandbox } from '../testing/api-sandbox.ts';
import { serveApp } from '../testing/serve-app.ts';
import { columns } from './row-formats.ts';

const sandbox = forAllTests(() =>
  createApiSandbox({ TRUSTED_PROXIES: 1 }, { exportPageSize: 50, exportsInFlight: 3 }),
);
const proxy = forAllTests(() => startFailingProxy(loadConfig().ELASTICSEARCH_URL));
/** Reaches Elasticsearch through the proxy. */
const served = forAllTests(() => {
  const elasticsearch = new Client({ node: proxy.url, maxRetries: 0 });
  return serveApp(sandbox.createApp({}, { exportPageSize: 5, exportsInFlight: 2, elasticsearch }));
});
const texts = [...generateBuilds(300, new Date('2026-01-01T00:00:00Z'), 8)].map(({ body }) => body);

interface Document {
  id: number;
  build: { id: string };
  source: { product: string };
  target: { channel: string; os: string };
  download: { date: string };
}

beforeAll(() => sandbox.add(texts));

/** Points in time that are open in the sandbox's index. */
async function openContexts(): Promise<number> {
  const { _all } = await sandbox.elasticsearch.indices.stats({ index: sandbox.index, metric: 'search' });
  return Number(_all.primaries?.search?.open_contexts ?? -1);
}
const allClosed = () => eventually('no open point in time', async () => (await openContexts()) === 0);

async function ndjson(query: string, init?: RequestInit): Promise<Document[]> {
  const response = await sandbox.app.request(`/api/export${query}`, init);
  expect(response.status).toBe(200);
  expect(response.headers.get('Content-Type')).toBe('application/x-ndjson');
  const lines = (await response.text()).split('\n');
  expect(lines.pop()).toBe('');
  return lines.map((line) => JSON.parse(line) as Document);
}

async function count(query: object): Promise<number> {
  const response = await sandbox.search({ size: 0, query });
  return ((await response.json()) as { hits: { total: number } }).hits.total;
}

describe('/api/export', () => {
  it('has every build once, over many pages, in the order that was asked for', async () => {
    const documents = await ndjson('?sort=build.date_asc');
    expect(documents).toHaveLength(await count({ match_all: {} }));
    expect(new Set(documents.map(({ id }) => id)).size).toBe(documents.length);
    const ids = documents.map(({ build }) => build.id);
    expect(ids).toEqual(ids.toSorted());
    await allClosed();
  });

  it('has lines of the same members each, from which docs/migration.md fills a BigQuery table', async () => {
    for (const document of await ndjson('')) {
      expect(Object.keys(document).sort()).toEqual(['build', 'download', 'id', 'source', 'target']);
    }
  });

  it('has the builds of a filter, the last published first', async () => {
    const documents = await ndjson('?product=firefox&os=win&os=mac&from=2025-06-01&q=nightly');
    const wanted = await count({
      bool: {
        filter: [
          { term: { 'source.product': 'firefox' } },
          { terms: { 'target.os': ['win', 'mac'] } },
          { range: { 'download.date': { gte: '2025-06-01' } } },
          { term: { 'target.channel': 'nightly' } },
        ],
      },
    });
    expect(wanted).toBeGreaterThan(5);
    expect(documents).toHaveLength(wanted);
    const dates = documents.map(({ download }) => Date.parse(download.date));
    expect(dates).toEqual(dates.toSorted((a, b) => b - a));
  });

  it('takes the body of a search, with or without an order', async () => {
    const body = { query: { term: { 'target.channel': 'nightly' } }, size: 10, from: 3, aggs: {} };
    const wanted = await count(body.query);
    expect(wanted).toBeGreaterThan(50);
    for (const sort of [undefined, ['_doc'], [{ 'build.number': 'desc' }], ['_score', 'build.id']]) {
      const documents = await ndjson('', { method: 'POST', body: JSON.stringify({ ...body, sort }) });
      expect(new Set(documents.map(({ id }) => id)).size).toBe(wanted);
    }
  });

  it('has no more than asked for', async () => {
    expect(await ndjson('?limit=7')).toHaveLength(7);
    expect(await ndjson('?limit=120')).toHaveLength(120);
    await allClosed();
  });

  it('of nothing is whole and empty', async () => {
    expect(await ndjson('?product=none')).toEqual([]);
    const csv = await (await sandbox.app.request('/api/export?product=none&format=csv')).text();
    expect(csv).toBe(`${columns.join(',')}\r\n`);
  });

  it('has the same builds as CSV, by parameter or by header', async () => {
    const documents = await ndjson('?product=firefox');
    for (const [query, headers] of [
      ['&format=csv', {}],
      ['', { Accept: 'text/csv' }],
    ] as const) {
      const response = await sandbox.app.request(`/api/export?product=firefox${query}`, { headers });
      expect(response.headers.get('Content-Type')).toMatch(/^text\/csv/);
      expect(response.headers.get('Content-Disposition')).toMatch(
        /^attachment; filename="buildhub-\d{8}T\d{6}Z\.csv"$/,
      );
      expect(response.headers.get('X-Total-Count')).toBe(String(documents.length));
      const rows = parse(await response.text(), { columns: true }) as Record<string, string>[];
      expect(rows.map(({ id }) => Number(id))).toEqual(documents.map(({ id }) => id));
      expect(rows[0]).toMatchObject({
        'build.id': documents[0]?.build.id,
        'target.os': documents[0]?.target.os,
        'download.date': documents[0]?.download.date,
      });
    }
  });

  it('is not disturbed by what is written meanwhile', async () => {
    const response = await sandbox.app.request('/api/export?sort=build.date_asc');
    const total = Number(response.headers.get('X-Total-Count'));
    const reader = response.body?.getReader();
    let text = new TextDecoder().decode((await reader?.read())?.value);
    await sandbox.add([...generateBuilds(5, new Date('2025-01-01T00:00:00Z'), 99)].map(({ body }) => body));
    for (let chunk = await reader?.read(); chunk?.value; chunk = await reader?.read()) {
      text += new TextDecoder().decode(chunk.value);
    }
    expect(text.trim().split('\n')).toHaveLength(total);
  });

  it('HEAD returns the count and leaves nothing open', async () => {
    const response = await sandbox.app.request('/api/export', { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(Number(response.headers.get('X-Total-Count'))).toBeGreaterThan(300);
    await allClosed();
  });

  it.each([
    ['GET', "?q='a:(", undefined, 'Failed to parse query'],
    ['POST', '?product=firefox', '{}', 'parameter `product` is not a parameter of this endpoint'],
    ['POST', '', '{"query": {"nothing": {}}}', 'query.nothing'],
    ['POST', '', '{"sort": ["nothing"]}', 'No mapping found for [nothing]'],
    ['POST', '', '{"collapse": {"field": "build.id"}}', 'take `collapse` out'],
  ])('%s %s %s is refused before anything is sent', async (method, query, body, message) => {
    const response = await sandbox.app.request(`/api/export${query}`, { method, body: body ?? null });
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: string }).error).toContain(message);
    await allClosed();
  });
});

describe('over a real connection', () => {
  it('an error on the way cuts the connection off: no client takes a part for the whole', async () => {
    let pages = 0;
    proxy.fail(503, { test: (line) => line.includes('/_search') && ++pages > 1 });
    const response = await fetch(`${served.url}/api/export`);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    expect(pages).toBe(2);
    proxy.fail(undefined);
    await allClosed();
  });

  it('a client that leaves closes the point in time and gives its place back', async () => {
    await allClosed();
    for (let round = 0; round < 4; round++) {
      const socket = connect(Number(new URL(served.url).port), '127.0.0.1');
      socket.write('GET /api/export HTTP/1.1\r\nHost: localhost\r\n\r\n');
      await new Promise((resolve) => socket.once('data', resolve));
      socket.destroy();
    }
    await allClosed();
  });

  it('refuses more than the limit with Retry-After, for one client and for all', async () => {
    const from = (client: string) =>
      Promise.resolve(sandbox.app.request('/api/export', { headers: { 'X-Forwarded-For': client } }));
    const running = await Promise.all([1, 2].map(() => from('192.0.2.1')));
    const ofClient = await from('192.0.2.1');
    expect([ofClient.status, ofClient.headers.get('Retry-After')]).toEqual([429, '60']);
    running.push(await from('192.0.2.2'));
    const ofAll = await from('192.0.2.3');
    expect([ofAll.status, ofAll.headers.get('Retry-After')]).toEqual([503, '60']);
    for (const { status, body } of running) {
      expect(status).toBe(200);
      await body?.cancel();
    }
    const after = await from('192.0.2.1');
    expect(after.status).toBe(200);
    await after.text();
    await allClosed();
  });
});
