import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { sql } from 'drizzle-orm';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { type Connected, connect } from '../drizzle/connect.ts';
import { recordObject } from '../drizzle/queries/objects.ts';
import { recordUnreadableMessage } from '../drizzle/queries/unreadable-messages.ts';
import { builds } from '../drizzle/tables.ts';
import { startBuildhub, urlOf } from '../tests/fixture/buildhub-process.ts';
import { forAllTests } from '../tests/fixture/for-all-tests.ts';
import { createSandbox, type Sandbox } from '../tests/fixture/sandbox.ts';
import { observeStores } from './store-probes.ts';

const sandbox = forAllTests(createSandbox);

/** What a scrape finds, by series. Each call probes again, since each has a registry of its own. */
async function scrape(
  changes: Partial<Sandbox['config']> = {},
  { database }: Pick<Connected, 'database'> = sandbox.postgres,
): Promise<Record<string, number>> {
  const { config, elasticsearch, sqs, temporal, logger } = sandbox;
  const registry = new Registry();
  const stores = { database, elasticsearch, sqs, temporal };
  await observeStores({ ...config, ...changes }, stores, registry, logger)();
  const lines = (await registry.metrics()).split('\n').filter((line) => line && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => {
      const [, series = '', value] = /^(.+) (\S+)$/.exec(line) ?? [];
      return [series, Number(value)];
    }),
  );
}

test('an empty system: every store is up, and there is no newest build', async () => {
  const found = await scrape();
  for (const store of ['postgres', 'elasticsearch', 'temporal', 'queue', 'dead_letters'])
    expect(found).toHaveProperty([`buildhub_store_up{store="${store}"}`], 1);
  expect(found).not.toHaveProperty('buildhub_newest_build_timestamp_seconds');
  expect(found).not.toHaveProperty('buildhub_dead_letters_oldest_timestamp_seconds');
  expect(found).toMatchObject({
    buildhub_unindexed_builds: 0,
    buildhub_index_documents: 0,
    buildhub_unsearchable_builds: 0,
    buildhub_ingestions_retrying: 0,
    'buildhub_quarantined{outcome="invalid"}': 0,
  });
});

test('a PostgreSQL that hangs is down, and Elasticsearch is not', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const DATABASE_URL = `postgresql://nobody@127.0.0.1:${port}/none`;
  const found = await scrape({}, connect({ ...sandbox.config, DATABASE_URL }, sandbox.logger));
  expect(found).toMatchObject({
    'buildhub_store_up{store="postgres"}': 0,
    'buildhub_store_up{store="elasticsearch"}': 1,
    buildhub_index_documents: 0,
  });
  silent.close();
});

test('what waits and what has failed is counted', async () => {
  const { postgres, sqs, config } = sandbox;
  const { database } = postgres;
  const run = { workflowId: 'w', runId: 'r' };
  const row = (hash: string, key: string) => ({ buildHash: hash, build: '{}', s3Bucket: 'b', s3Key: key });
  await database
    .insert(builds)
    .values([
      { ...row('old', 'k1'), createdAt: sql`now() - interval '2 minutes'` },
      { ...row('fresh', 'k2') },
      { ...row('refused', 'k3'), createdAt: sql`now() - interval '2 minutes'` },
      { ...row('indexed', 'k4'), createdAt: sql`now() - interval '2 minutes'`, indexedAt: sql`now()` },
    ]);
  await recordObject(database, { ...run, bucket: 'b', key: 'k3', outcome: 'invalid', reason: 'refused' });
  await recordObject(database, { ...run, bucket: 'b', key: 'k5', outcome: 'missing', reason: 'gone' });
  await recordUnreadableMessage(database, { ...run, messageId: 'm', body: '?', reason: 'no JSON' });
  const before = Date.now() / 1_000;
  // S3 has sent its test event when the notification was set up.
  const visible = 'buildhub_queue_messages{state="visible"}';
  const earlier = (await scrape())[visible] ?? 0;
  const { SQS_QUEUE_URL, SQS_DEAD_LETTER_QUEUE_URL } = config;
  for (const QueueUrl of [SQS_QUEUE_URL, SQS_QUEUE_URL, SQS_DEAD_LETTER_QUEUE_URL])
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));

  const found = await scrape();
  expect(found).toMatchObject({
    buildhub_unindexed_builds: 1,
    'buildhub_quarantined{outcome="invalid"}': 1,
    'buildhub_quarantined{outcome="missing"}': 1,
    'buildhub_quarantined{outcome="unreadable"}': 1,
    [visible]: earlier + 2,
    'buildhub_dead_letters{state="visible"}': 1,
  });
  expect(found.buildhub_newest_build_timestamp_seconds).toBeCloseTo(before, -1.5);
  expect(found.buildhub_dead_letters_oldest_timestamp_seconds).toBeCloseTo(before, -1.5);
  // Looking at a dead letter hides it from nobody.
  expect(await scrape()).toHaveProperty(['buildhub_dead_letters{state="visible"}'], 1);
});

test('a build that was acknowledged and that a search does not find is counted, once it should be found', async () => {
  const { postgres, elasticsearch, config } = sandbox;
  const [ago, minutes] = [sql`now() - interval '2 minutes'`, { build: '{}', createdAt: sql`now()` }];
  const inserted = await postgres.database
    .insert(builds)
    .values([
      { buildHash: 'lost', ...minutes, indexedAt: ago },
      { buildHash: 'found', ...minutes, indexedAt: ago },
      { buildHash: 'just now', ...minutes, indexedAt: sql`now()` },
    ])
    .returning();
  const id = String(inserted.find(({ buildHash }) => buildHash === 'found')?.id);
  await elasticsearch.index({ index: config.ELASTICSEARCH_INDEX, id, document: {}, refresh: true });
  expect(await scrape()).toMatchObject({ buildhub_unsearchable_builds: 1 });
});

test('a queue that does not exist is down, and the others are not', async () => {
  const found = await scrape({ SQS_DEAD_LETTER_QUEUE_URL: `${sandbox.config.SQS_QUEUE_URL}-nowhere` });
  expect(found).toMatchObject({
    'buildhub_store_up{store="dead_letters"}': 0,
    'buildhub_store_up{store="queue"}': 1,
    'buildhub_store_up{store="postgres"}': 1,
  });
  expect(found).not.toHaveProperty(['buildhub_dead_letters{state="visible"}']);
});

test('without addresses of queues there is nothing about queues', async () => {
  const found = await scrape({ SQS_QUEUE_URL: undefined, SQS_DEAD_LETTER_QUEUE_URL: undefined });
  expect(found).toHaveProperty('buildhub_unindexed_builds');
  expect(Object.keys(found).filter((series) => /^buildhub_(queue|dead_letters)/.test(series))).toEqual([]);
});

test('an API that probes stores that are down stops at once and in good order', async () => {
  const nowhere = '127.0.0.1:9';
  const api = await startBuildhub(['api'], {
    ...sandbox.env,
    API_PORT: '0',
    TEMPORAL_ADDRESS: nowhere,
    ELASTICSEARCH_URL: `http://${nowhere}`,
    SQS_DEAD_LETTER_QUEUE_URL: `http://${nowhere}/queue`,
  });
  const page = await (await fetch(`${urlOf(api)}/metrics`)).text();
  for (const store of ['temporal', 'elasticsearch'])
    expect(page).toContain(`buildhub_store_up{store="${store}"} 0`);
  // The scrape has given up on the probe of Temporal, which continues behind it.
  await sleep(500);
  expect(await api.stop()).toEqual({ code: 0, signal: null });
  expect(readFileSync(api.logFile, 'utf8')).not.toContain('Channel has been shut down');
});
