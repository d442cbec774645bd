import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { builds, s3Objects } from '../drizzle/tables.ts';
import { generateBuilds } from '../samples/generate-builds.ts';
import { realBuilds } from '../samples/publish.ts';
import { readBuilds } from '../schema/build/published-build.ts';
import type { ManagedProcess } from '../stack/managed-process.ts';
import { startBackfill } from '../temporal/start-backfill.ts';
import type { BackfillInput } from '../workflows/backfill.ts';
import { startBuildhub } from './fixture/buildhub-process.ts';
import { documents } from './fixture/messages.ts';
import { createSandbox, type Sandbox } from './fixture/sandbox.ts';

let sandbox: Sandbox;
let worker: ManagedProcess;
/** Tells nobody of what is put into it, so that only backfills see it; another one for each test. */
let bucket: string;
let buckets = 0;

beforeAll(async () => {
  sandbox = await createSandbox();
  worker = await startBuildhub(['worker', '--no-poller'], sandbox.env);
});
afterAll(async () => {
  await worker?.stop();
  await sandbox[Symbol.asyncDispose]();
});
beforeEach(async () => {
  bucket = `${sandbox.config.S3_BUCKET}-${++buckets}`;
  await sandbox.s3.send(
    new CreateBucketCommand({
      Bucket: bucket,
      CreateBucketConfiguration: { LocationConstraint: 'us-west-2' },
    }),
  );
});

async function put(Key: string, Body: string): Promise<void> {
  await sandbox.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
}

async function run(input: Partial<BackfillInput> = {}) {
  const source = { kind: 'listing', prefix: '' } as const;
  const handle = await startBackfill(
    sandbox.temporal,
    sandbox.config.TEMPORAL_TASK_QUEUE,
    { bucket, source, ...input },
    'a test',
  );
  return { id: handle.workflowId, report: await handle.result() };
}

/** Builds that no other test uses. */
function freshBuilds(count: number) {
  return [...generateBuilds(count, new Date('2026-01-01T00:00:00Z'), 1_000 + buckets)];
}

async function rowsOf(table: typeof s3Objects) {
  return await sandbox.postgres.database.select().from(table).where(sql`bucket = ${bucket}`);
}

test('what is new is ingested, twins included, what is no build is set apart, and the same again finds nothing to do', async () => {
  const release = realBuilds().find(({ key }) => key.includes('70.0-candidates'));
  if (!release) throw new Error('There is no release among the samples');
  const objects = [release, ...freshBuilds(60)];
  for (const { key, body } of objects) await put(key, body);
  await put('pub/firefox/candidates/broken/buildhub.json', '{"build": {}}');
  await put('pub/firefox/candidates/broken/target.txt', 'no build');
  const { id, report } = await run();
  const hashes = objects.flatMap(({ body }) => readBuilds(body).map(({ hash }) => hash)).sort();
  expect(hashes.length).toBeGreaterThan(objects.length);
  expect(report).toMatchObject({ phase: 'done', dryRun: false });
  expect(report.counts).toEqual({
    listed: 63,
    matched: 62,
    new: 62,
    changed: 0,
    unchanged: 0,
    setApartBefore: 0,
    invalid: 1,
    missing: 0,
    inserted: hashes.length,
    indexed: hashes.length,
  });
  const stored = await sandbox.postgres.database.select().from(builds).where(sql`s3_bucket = ${bucket}`);
  expect(stored.map(({ buildHash }) => buildHash).sort()).toEqual(hashes);
  expect(stored.every(({ indexedAt }) => indexedAt !== null)).toBe(true);
  const indexed = await documents(sandbox);
  for (const { id: row, build } of stored)
    expect(indexed.get(String(row))).toEqual({ id: Number(row), ...(JSON.parse(build) as object) });
  const seen = await rowsOf(s3Objects);
  expect(seen).toHaveLength(62);
  expect(seen.every(({ workflowId, attempts }) => workflowId === id && attempts === 1)).toBe(true);
  expect(seen.filter(({ outcome }) => outcome === 'invalid')).toMatchObject([
    {
      key: 'pub/firefox/candidates/broken/buildhub.json',
      reason: expect.stringMatching(/required property/),
    },
  ]);

  const again = await run();
  expect(again.report.counts).toMatchObject({
    listed: 63,
    matched: 62,
    new: 0,
    changed: 0,
    unchanged: 61,
    setApartBefore: 1,
    inserted: 0,
    indexed: 0,
  });
  expect(await rowsOf(s3Objects)).toEqual(seen);
});
