import { createServer } from 'node:net';
import { Client } from '@elastic/elasticsearch';
import { describe, expect, it } from 'vitest';
import { forAllTests } from '../../tests/fixture/for-all-tests.ts';
import { listenHere } from '../../tests/fixture/listen-here.ts';
import { createApiSandbox } from '../testing/api-sandbox.ts';

const sandbox = forAllTests(createApiSandbox);

describe('a fault of a search', () => {
  it('of an index that is missing or closed is a 503 that says when to come back', async () => {
    const index = `${sandbox.index}-elsewhere`;
    const app = sandbox.createApp({ ELASTICSEARCH_INDEX: index });
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

  it('of a search with too many buckets is a 400 that says so', async () => {
    const a = {
      histogram: { field: 'download.size', interval: 0.0001, extended_bounds: { min: 0, max: 1e9 } },
    };
    const response = await sandbox.search({ size: 0, aggs: { a } });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { caused_by: { type: 'too_many_buckets_exception' } },
    });
  });

  it('of a search that takes too long is a 503 that says when to come back', async () => {
    // An Elasticsearch that is frozen: it takes connections and says nothing.
    await using frozen = await listenHere(createServer());
    const elasticsearch = new Client({ node: frozen.url, maxRetries: 0 });
    const app = sandbox.createApp({ SEARCH_TIME_LIMIT_SECONDS: 0.1 }, { elasticsearch });
    const response = await app.request('/api/search');
    await elasticsearch.close();
    expect(response.status).toBe(503);
    expect(response.headers.get('Retry-After')).toBe('10');
  });
});
