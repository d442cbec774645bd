import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { Client } from '@elastic/elasticsearch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realBuilds } from '../../stack/samples/publish.ts';
import { type ApiSandbox, createApiSandbox } from '../testing/api-sandbox.ts';

/** The tests of Buildhub2's own suite (tests/test_api_views.py), on real services. */
let sandbox: ApiSandbox;
beforeAll(async () => {
  sandbox = await createApiSandbox();
});
afterAll(() => sandbox[Symbol.asyncDispose]());

const real = realBuilds().find(({ key }) => key.includes('linux-x86_64'))?.body ?? '';

/** A build with another version. */
function build(version: string): string {
  const value = JSON.parse(real);
  value.target.version = version;
  return JSON.stringify(value);
}

interface Result {
  hits: { total: number; hits: { _source: { target: { version: string } } }[] };
  aggregations: { myaggs: { 'target.version': { buckets: { key: string; doc_count: number }[] } } };
  error: { reason: string } | string;
}

async function search(body: unknown): Promise<{ status: number; result: Result }> {
  const response = await sandbox.search(body);
  return { status: response.status, result: (await response.json()) as Result };
}

const total = async () => (await (await sandbox.app.request('/api/records')).json()) as unknown;

describe('the original’s tests of the API', () => {
  it('test_happy_path, test_happy_path_records', async () => {
    expect(await total()).toEqual({ builds: { total: 0 } });
    await sandbox.add([build('60.0')]);
    const response = await sandbox.app.request('/api/search');
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe('application/json');
    expect(response.headers.get('Content-Security-Policy')).toBeNull();
    const { hits } = (await response.json()) as Result;
    expect(hits.total).toBe(1);
    expect(hits.hits[0]?._source.target.version).toBe('60.0');
    expect(await total()).toEqual({ builds: { total: 1 } });
  });

  it('test_search_aggregations', async () => {
    await sandbox.add([build('60.0.1'), build('60.0.2'), build('60.1')]);
    const aggregation = (include: string) => ({
      aggs: {
        myaggs: {
          filter: { bool: { must_not: { term: { 'target.version': '60.0' } } } },
          aggs: {
            'target.version': {
              terms: { field: 'target.version', size: 1000, order: { _term: 'desc' }, include },
            },
          },
        },
      },
      size: 0,
    });
    const all = (await search(aggregation('6.*'))).result;
    expect(all.hits.hits).toEqual([]);
    expect(all.aggregations.myaggs['target.version'].buckets).toEqual(
      ['60.1', '60.0.2', '60.0.1'].map((key) => ({ key, doc_count: 1 })),
    );
    const some = (await search(aggregation('60.0.*'))).result;
    expect(some.aggregations.myaggs['target.version'].buckets.map(({ key }) => key)).toEqual([
      '60.0.2',
      '60.0.1',
    ]);
  });

  it('test_search_requesterror', async () => {
    const { status, result } = await search({ from: 0, query: { term: {} }, size: 2 });
    expect(status).toBe(400);
    expect(result.error).toMatchObject({ reason: 'field name is null or empty' });
  });

  const badKeys = { aggregations: { date: { date: { field: 'build.date' } } }, size: '0' };
  it.each([
    ['test_search_invalid_json_requesterror', '}not valid JSON{', 'is not JSON'],
    ['test_search_empty_filter', '{"query":{"bool":{"filter":[{}]}}}', 'query.bool.filter.0'],
    ['test_bad_aggregation_keys', JSON.stringify(badKeys), 'aggregations.date.date'],
    ['test_invalid_from_plus_size', '{"from":10000,"size":1000}', 'less than or equal to: [10000]'],
    ['test_search_unbound_size', '{"size":"1001"}', 'Search size too large (1001)'],
  ])('%s', async (_name, body, message) => {
    const response = await sandbox.app.request('/api/search', { method: 'POST', body });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: expect.stringContaining(message) });
  });
});

describe('other faults', () => {
  it('of an index that is missing or closed are a 503 that says when to come back', async () => {
    const index = `${sandbox.index}-elsewhere`;
    const app = sandbox.createApp({ index });
    const search = async () => {
      const responses = await Promise.all([
        app.request('/api/search'),
        app.request('/api/latest?product=firefox'),
        app.request('/api/export'),
        app.request('/api/searchkit', { method: 'POST', body: JSON.stringify([{ indexName: 'builds' }]) }),
      ]);
      return responses.map(({ status, headers }) => `${status} ${headers.get('Retry-After')}`);
    };
    expect(await search()).toEqual(Array(4).fill('503 5'));
    await sandbox.elasticsearch.indices.create({ index, wait_for_active_shards: 1 });
    await sandbox.elasticsearch.indices.close({ index });
    expect(await search()).toEqual(Array(4).fill('503 5'));
    await sandbox.elasticsearch.indices.delete({ index });
  });

  it('of a search with too many buckets are a 400 that says so', async () => {
    const a = {
      histogram: { field: 'download.size', interval: 0.0001, extended_bounds: { min: 0, max: 1e9 } },
    };
    const { status, result } = await search({ size: 0, aggs: { a } });
    expect(status).toBe(400);
    expect(result.error).toMatchObject({ caused_by: { type: 'too_many_buckets_exception' } });
  });

  it('of a search that takes too long are a 503 that says when to come back', async () => {
    // An Elasticsearch that is frozen: it takes connections and says nothing.
    const frozen = createServer(() => {});
    await new Promise<void>((resolve) => frozen.listen(0, '127.0.0.1', resolve));
    const { port } = frozen.address() as AddressInfo;
    const elasticsearch = new Client({ node: `http://127.0.0.1:${port}`, maxRetries: 0 });
    const app = sandbox.createApp({ searchTimeLimit: 100 }, { elasticsearch });
    const response = await app.request('/api/search');
    await elasticsearch.close();
    frozen.close();
    expect(response.status).toBe(503);
    expect(response.headers.get('Retry-After')).toBe('10');
  });

  it('of too many searches at a time are a 503 that says when to come back', async () => {
    const app = sandbox.createApp({ searchesInFlight: 2, trustedHops: 1 });
    const searches = Array.from({ length: 8 }, (_, size) => JSON.stringify({ size }));
    const responses = await Promise.all(
      searches.map((body, at) =>
        app.request('/api/search', { method: 'POST', body, headers: { 'X-Forwarded-For': `192.0.2.${at}` } }),
      ),
    );
    const statuses = responses.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 200, 503, 503, 503, 503, 503, 503]);
    const refused = responses.find(({ status }) => status === 503);
    expect(refused?.headers.get('Retry-After')).toBe('1');
    expect((await app.request('/api/search')).status).toBe(200);
  });
});
