import { sql } from 'drizzle-orm';
import { afterAll, expect, test } from 'vitest';
import { builds, s3Objects } from '../drizzle/tables.ts';
import { readBuilds } from '../schema/published-build.ts';
import type { ManagedProcess } from '../stack/managed-process.ts';
import { generateBuilds } from '../stack/samples/generate-builds.ts';
import { startBuildhub } from './fixture/buildhub-process.ts';
import { eventually } from './fixture/eventually.ts';
import { forAllTests } from './fixture/for-all-tests.ts';
import { documents, s3Event, send } from './fixture/messages.ts';
import { createSandbox } from './fixture/sandbox.ts';

const sandbox = forAllTests(createSandbox);
let worker: ManagedProcess | undefined;
afterAll(() => worker?.stop());

test('ingestions that run at the same time share requests, and each has its own outcome', async () => {
  const objects = [...generateBuilds(60, new Date('2026-01-01T00:00:00Z'), 41)];
  const [first, second] = objects;
  if (!first || !second) throw new Error('There are sixty builds');
  // The same build under another key, and an invalid file, in the middle of the others.
  const all = [...objects, { key: 'again/buildhub.json', body: first.body }];
  all.splice(30, 0, { key: 'broken/buildhub.json', body: '{"build": {}}' });
  for (const { key, body } of all) await sandbox.put(key, body);
  worker = await startBuildhub(['worker'], sandbox.env);

  const { database } = sandbox.postgres;
  const rows = await eventually('all objects to have an outcome', async () => {
    const found = await database.select().from(s3Objects);
    return found.length === all.length ? found : undefined;
  });
  const outcomes = Map.groupBy(rows, ({ outcome }) => outcome);
  expect(outcomes.get('invalid')?.map(({ key }) => key)).toEqual(['broken/buildhub.json']);
  expect(outcomes.get('unchanged')).toHaveLength(1);
  expect([first.key, 'again/buildhub.json']).toContain(outcomes.get('unchanged')?.[0]?.key);
  const expected = new Set(objects.flatMap(({ body }) => readBuilds(body).map(({ hash }) => hash)));
  await eventually('all to be searchable', async () => (await documents(sandbox)).size === expected.size);
  const stored = await database
    .select({ hash: builds.buildHash, indexedAt: builds.indexedAt, transaction: sql<string>`xmin::text` })
    .from(builds);
  expect(new Set(stored.map(({ hash }) => hash))).toEqual(expected);
  expect(stored.filter(({ indexedAt }) => indexedAt === null)).toEqual([]);
  // The last to write a row was the transaction that marked it as indexed: there are fewer of those than objects.
  expect(new Set(stored.map(({ transaction }) => transaction)).size).toBeLessThan(objects.length);
});

test('several writes of one key that are reported at once are all recorded', async () => {
  const key = 'twice/buildhub.json';
  const [build = ''] = [...generateBuilds(1, new Date('2026-01-02T00:00:00Z'), 43)].map(({ body }) => body);
  await sandbox.put(key, build);
  const event = (sequencer: string) => s3Event(sandbox.config.S3_BUCKET, key, { sequencer });
  await Promise.all(['0A', '0B', '0C'].map((sequencer) => send(sandbox, event(sequencer))));
  const row = await eventually('all four events to be recorded', async () => {
    const [found] = await sandbox.postgres.database.select().from(s3Objects).where(sql`key = ${key}`);
    return found && found.attempts === 4 ? found : undefined;
  });
  expect(row.outcome).toMatch(/^(ingested|unchanged)$/);
  const hashes = readBuilds(build).map(({ hash }) => hash);
  expect(row.buildHashes).toEqual(hashes);
});
