import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from '@elastic/elasticsearch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiSandbox, createApiSandbox } from '../testing/api-sandbox.ts';
import { checkElasticsearch, checkS3Bucket, checkSearchable } from './health-checks.ts';

let sandbox: ApiSandbox;
beforeAll(async () => {
  sandbox = await createApiSandbox();
});
afterAll(() => sandbox[Symbol.asyncDispose]());

const run = (check: { run(signal: AbortSignal): Promise<unknown> }) => check.run(AbortSignal.timeout(10_000));

describe('/__heartbeat__', () => {
  it('warns of migrations that are missing', async () => {
    await sandbox.postgres.pool.query('delete from drizzle.__drizzle_migrations');
    const response = await sandbox.createApp({}).request('/__heartbeat__');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      status: 'warning',
      details: {
        check_migrations_applied: {
          level: 30,
          messages: { 'dockerflow.health.W001': expect.stringContaining('Unapplied migrations') },
        },
      },
    });
  });
});

describe('check_elasticsearch', () => {
  it('warns if the index is missing', async () => {
    const found = await run(checkElasticsearch(sandbox.elasticsearch, 'http://here', 'no-such-index'));
    expect(found).toMatchObject({ level: 'warning', text: expect.stringContaining('no-such-index') });
  });

  it('says that the cluster is not healthy', async () => {
    // A cluster cannot be made `brownish`, so this one is asked of a server that only says so.
    const server = createServer((_request, response) => {
      response.setHeader('Content-Type', 'application/json');
      response.setHeader('X-Elastic-Product', 'Elasticsearch');
      response.end('{"status":"brownish"}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = new Client({ node: url, maxRetries: 0 });
    try {
      expect(await run(checkElasticsearch(client, url, 'x'))).toEqual({
        level: 'error',
        id: 'buildhub.health.E002',
        text: `Elasticsearch (${url}) not healthy ('brownish').`,
      });
    } finally {
      await client.close();
      server.close();
    }
  });
});

describe('check_searchable', () => {
  it('notices an index that no longer refreshes', async () => {
    const { elasticsearch, index } = sandbox;
    await elasticsearch.indices.putSettings({ index, settings: { refresh_interval: '-1' } });
    await elasticsearch.index({ index, id: '4711', document: {} });
    const check = checkSearchable(elasticsearch, index, async () => '4711');
    expect(await run(check)).toMatchObject({ level: 'error', text: expect.stringContaining('build 4711') });
    await elasticsearch.indices.refresh({ index });
    expect(await run(check)).toBeUndefined();
    expect(await run(checkSearchable(elasticsearch, index, async () => undefined))).toBeUndefined();
  });
});

describe('check_s3_bucket_url', () => {
  it('finds nothing wrong with a bucket that can be read, and says that another is not there', async () => {
    const { s3, config } = sandbox;
    expect(await run(checkS3Bucket(s3, config.S3_BUCKET))).toBeUndefined();
    expect(await run(checkS3Bucket(s3, 'no-such-bucket-anywhere'))).toEqual({
      level: 'error',
      id: 'buildhub.health.E002',
      text: 'The bucket no-such-bucket-anywhere can not be found.',
    });
  });
});
