import { createServer } from 'node:http';
import { Client } from '@elastic/elasticsearch';
import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import type { Config } from '../../config/config.ts';
import { builds } from '../../drizzle/tables.ts';
import { forAllTests } from '../../tests/fixture/for-all-tests.ts';
import { listenHere } from '../../tests/fixture/listen-here.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { createApiSandbox } from '../testing/api-sandbox.ts';
import { healthChecks } from './health-checks.ts';

const sandbox = forAllTests(createApiSandbox);

/** The checks of an app on the services of the sandbox, or on others. */
const checks = (settings: Partial<Config> = {}, clients: Partial<ApiDependencies> = {}) =>
  healthChecks(
    { ...sandbox.config, ...settings },
    { ...sandbox, database: sandbox.postgres.database, ...clients },
  );
const { signal } = new AbortController();

it('/__heartbeat__ warns of migrations that are missing', async () => {
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

it('check_elasticsearch warns if the index is missing', async () => {
  const found = await checks({ ELASTICSEARCH_INDEX: 'no-such-index' }).check_elasticsearch(signal);
  expect(found).toMatchObject({ level: 'warning', text: expect.stringContaining('no-such-index') });
});

it('check_elasticsearch says that the cluster is not healthy', async () => {
  // A cluster cannot be made `brownish`, so this one is asked of a server that only says so.
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'application/json');
    response.setHeader('X-Elastic-Product', 'Elasticsearch');
    response.end('{"status":"brownish"}');
  });
  await using listening = await listenHere(server);
  const { url } = listening;
  const client = new Client({ node: url, maxRetries: 0 });
  const { check_elasticsearch } = checks({ ELASTICSEARCH_URL: url }, { elasticsearch: client });
  expect(await check_elasticsearch(signal)).toEqual({
    level: 'error',
    id: 'buildhub.health.E002',
    text: `Elasticsearch (${url}) not healthy ('brownish').`,
  });
  await client.close();
});

it('check_searchable notices an index that no longer refreshes', async () => {
  const { elasticsearch, index, postgres } = sandbox;
  const { check_searchable } = checks();
  expect(await check_searchable(signal)).toBeUndefined();
  await elasticsearch.indices.putSettings({ index, settings: { refresh_interval: '-1' } });
  const id = 4711n;
  const indexedAt = sql`now() - interval '2 minutes'`;
  await postgres.database.insert(builds).values({ id, buildHash: 'lost', build: '{}', indexedAt });
  await elasticsearch.index({ index, id: '4711', document: {} });
  const found = await check_searchable(signal);
  expect(found).toMatchObject({ level: 'error', text: expect.stringContaining('build 4711') });
  await elasticsearch.indices.refresh({ index });
  expect(await check_searchable(signal)).toBeUndefined();
});

it('check_s3_bucket_url finds nothing wrong with a bucket that can be read, and says that another is not there', async () => {
  expect(await checks().check_s3_bucket_url(signal)).toBeUndefined();
  expect(await checks({ S3_BUCKET: 'no-such-bucket-anywhere' }).check_s3_bucket_url(signal)).toEqual({
    level: 'error',
    id: 'buildhub.health.E002',
    text: 'The bucket no-such-bucket-anywhere can not be found.',
  });
});
