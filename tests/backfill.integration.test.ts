import { gzipSync } from 'node:zlib';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { builds, keyLists } from '../drizzle/tables.ts';
import { generateBuilds } from '../samples/generate-builds.ts';
import { realBuilds } from '../samples/publish.ts';
import { readBuilds } from '../schema/build/published-build.ts';
import type { ManagedProcess } from '../stack/managed-process.ts';
import { startBackfill } from '../temporal/start-backfill.ts';
import type { BackfillInput } from '../workflows/backfill.ts';
import { startBuildhub } from './fixture/buildhub-process.ts';
import { documents } from './fixture/messages.ts';
import { runBuildhub } from './fixture/run-buildhub.ts';
import { createSandbox, type Sandbox } from './fixture/sandbox.ts';
import { createSilentBucket, type SilentBucket } from './fixture/silent-bucket.ts';

let sandbox: Sandbox;
let worker: ManagedProcess;
let silent: SilentBucket;
let seed = 1_000;

beforeAll(async () => {
  sandbox = await createSandbox();
  worker = await startBuildhub(['worker', '--no-poller'], sandbox.env);
});
afterAll(async () => {
  await worker?.stop();
  await sandbox[Symbol.asyncDispose]();
});
beforeEach(async () => {
  silent = await createSilentBucket(sandbox);
  seed += 1;
});

async function run(input: Partial<BackfillInput> = {}) {
  const source = { kind: 'listing', prefix: '' } as const;
  const whole = { bucket: silent.bucket, source, ...input };
  const handle = await startBackfill(sandbox.temporal, sandbox.config.TEMPORAL_TASK_QUEUE, whole, 'a test');
  return { id: handle.workflowId, handle, report: await handle.result() };
}

/** Builds that no other test uses. */
function freshBuilds(count: number) {
  return [...generateBuilds(count, new Date('2026-01-01T00:00:00Z'), seed)];
}

function hashesOf(objects: readonly { readonly body: string }[]): string[] {
  return objects.flatMap(({ body }) => readBuilds(body).map(({ hash }) => hash)).sort();
}

async function expectSearchable(hashes: readonly string[]): Promise<void> {
  const stored = await silent.builds();
  expect(stored.map(({ buildHash }) => buildHash).sort()).toEqual(hashes);
  expect(stored.every(({ indexedAt }) => indexedAt !== null)).toBe(true);
  const indexed = await documents(sandbox);
  for (const { id, build } of stored)
    expect(indexed.get(String(id))).toEqual({ id: Number(id), ...(JSON.parse(build) as object) });
}

const nothingDone = { new: 0, changed: 0, invalid: 0, missing: 0, inserted: 0, indexed: 0 };

test('what is new is ingested, twins included, what is no build is set apart, and the same again finds nothing to do', async () => {
  const release = realBuilds().find(({ key }) => key.includes('70.0-candidates'));
  if (!release) throw new Error('There is no release among the samples');
  const objects = [release, ...freshBuilds(60)];
  await silent.putAll(objects);
  await silent.put('pub/firefox/candidates/broken/buildhub.json', '{"build": {}}');
  await silent.put('pub/firefox/candidates/broken/target.txt', 'no build');
  await silent.put('pub/firefox/Größe & <a> b+c%/buildhub.json', freshBuilds(61).at(-1)?.body ?? '');
  const hashes = hashesOf([...objects, ...freshBuilds(61).slice(-1)]);
  expect(hashes.length).toBeGreaterThan(objects.length + 1);

  const { id, report } = await run();
  expect(report).toMatchObject({ phase: 'done', dryRun: false });
  expect(report.counts).toEqual({
    listed: 64,
    matched: 63,
    new: 63,
    changed: 0,
    unchanged: 0,
    setApartBefore: 0,
    invalid: 1,
    missing: 0,
    inserted: hashes.length,
    indexed: hashes.length,
  });
  await expectSearchable(hashes);
  const seen = await silent.objects();
  expect(seen).toHaveLength(63);
  expect(seen.every(({ workflowId, attempts }) => workflowId === id && attempts === 1)).toBe(true);
  expect(seen.filter(({ outcome }) => outcome === 'invalid')).toMatchObject([
    {
      key: 'pub/firefox/candidates/broken/buildhub.json',
      reason: expect.stringMatching(/required property/),
    },
  ]);

  const again = await run();
  expect(again.report.counts).toEqual({
    listed: 64,
    matched: 63,
    unchanged: 62,
    setApartBefore: 1,
    ...nothingDone,
  });
  expect(await silent.objects()).toEqual(seen);
});

test('a dry run reports the same and writes nothing; it knows what is invalid only if it reads', async () => {
  const [first, second] = freshBuilds(2);
  await silent.putAll(freshBuilds(30));
  await silent.put('a/buildhub.json', 'nonsense');
  const counted = await run({ dryRun: { validate: false } });
  expect(counted.report).toMatchObject({ dryRun: true, counts: { new: 31, invalid: 0, inserted: 0 } });
  const validated = await run({ dryRun: { validate: true } });
  expect(validated.report.counts).toMatchObject({ new: 31, invalid: 1, inserted: 0, indexed: 0 });
  expect(await silent.objects()).toEqual([]);
  expect(await silent.builds()).toEqual([]);

  await run();
  await silent.put(first?.key ?? '', second?.body ?? '');
  const { report } = await run({ dryRun: { validate: false } });
  expect(report.counts).toMatchObject({ ...nothingDone, changed: 1, unchanged: 29, setApartBefore: 1 });
});

test('changed objects: a new content is a row beside the old one, the same content in other bytes a new ETag', async () => {
  const [one, two, three] = freshBuilds(3);
  if (!one || !two || !three) throw new Error('There are no samples');
  await silent.putAll([one, two]);
  await run();
  const before = await silent.builds();
  await silent.put(one.key, `${one.body}\n\n`);
  await silent.put(two.key, three.body);
  const { report } = await run();
  expect(report.counts).toMatchObject({ new: 0, changed: 2, inserted: hashesOf([three]).length });
  const rows = new Map((await silent.objects()).map((row) => [row.key, row]));
  expect(rows.get(one.key)).toMatchObject({ outcome: 'unchanged', attempts: 2 });
  expect(rows.get(two.key)).toMatchObject({
    outcome: 'ingested',
    attempts: 2,
    buildHashes: hashesOf([three]),
  });
  const after = await silent.builds();
  for (const hash of hashesOf([one])) {
    const [old, now] = [before, after].map((all) => all.find(({ buildHash }) => buildHash === hash));
    expect(now?.s3Etag).toBe(rows.get(one.key)?.etag);
    expect(now?.s3Etag).not.toBe(old?.s3Etag);
    expect(now?.id).toBe(old?.id);
  }
  await expectSearchable(hashesOf([one, two, three]));
});

test('a build that was inserted and never indexed becomes searchable, without being read again', async () => {
  const objects = freshBuilds(5);
  await silent.putAll(objects);
  await run();
  const lost = (await silent.builds()).slice(0, 2).map(({ id }) => id);
  for (const id of lost) {
    await sandbox.postgres.database.update(builds).set({ indexedAt: null }).where(sql`id = ${id}`);
    await sandbox.elasticsearch.delete({ index: sandbox.config.ELASTICSEARCH_INDEX, id: String(id) });
  }
  const { report } = await run();
  expect(report.counts).toMatchObject({ ...nothingDone, unchanged: 5, indexed: 2 });
  await expectSearchable(hashesOf(objects));
});

describe('keys that do not come from a listing', () => {
  test('a list of keys from a file: only those, the missing set apart, and the same again finds nothing to do', async () => {
    const objects = freshBuilds(65);
    const listed = objects.slice(0, 40);
    await silent.putAll([...listed, ...objects.slice(60)]);
    const keys = [...listed.map(({ key }) => key), ...objects.slice(40, 60).map(({ key }) => key)];
    const rest = Array.from({ length: 2_000 }, (_, n) => `pub/other/${n}.txt`);
    const file = [...keys, ...rest, keys[0], ''].join('\r\n');
    const command = ['backfill', 'start', '--bucket', silent.bucket, '--keys-file', '-', '--json'];
    const first = await runBuildhub(command, sandbox.env, file);
    expect(first, first.stderr).toMatchObject({ code: 3 });
    expect(first.stderr).toContain('2060 different keys');
    const hashes = hashesOf(listed);
    expect(JSON.parse(first.stdout)).toMatchObject({
      phase: 'done',
      share: 1,
      counts: { listed: 2_060, matched: 60, new: 60, missing: 20, inserted: hashes.length },
    });
    await expectSearchable(hashes);

    const again = await runBuildhub(command, sandbox.env, file);
    // What was missing is looked for each time: it may have come.
    expect(JSON.parse(again.stdout)).toMatchObject({
      counts: { new: 0, changed: 20, missing: 20, unchanged: 40, inserted: 0, indexed: 0 },
    });
    expect(await sandbox.postgres.database.select().from(keyLists)).toEqual([]);
  });

  test('a list with a line that can be no key, or without any, is refused with its number', async () => {
    const command = ['backfill', 'start', '--bucket', silent.bucket, '--keys-file', '-'];
    const long = await runBuildhub(command, sandbox.env, `a/buildhub.json\n${'x'.repeat(1_025)}\n`);
    expect(long.code).toBe(1);
    expect(long.stderr).toMatch(/Line 2 of the list of keys has 1025 bytes/);
    expect((await runBuildhub(command, sandbox.env, '\n')).stderr).toMatch(/The list of keys is empty/);
  });

  test('an S3 Inventory in CSV: what is deleted or not the latest does not count', async () => {
    const objects = freshBuilds(30);
    await silent.putAll(objects);
    const row = (key: string, latest = 'true', deleted = 'false') =>
      `"${silent.bucket}","${encodeURIComponent(key)}","","${latest}","${deleted}","12",""\n`;
    const csv = [
      ...objects.map(({ key }) => row(key)),
      row('old/buildhub.json', 'false'),
      row('deleted/buildhub.json', 'true', 'true'),
      row('pub/other.txt'),
    ].join('');
    const store = await createSilentBucket(sandbox);
    const half = csv.indexOf('\n', csv.length / 2) + 1;
    await store.put('inv/data/1.csv.gz', gzipSync(csv.slice(0, half)));
    await store.put('inv/data/2.csv', csv.slice(half));
    const manifest = {
      sourceBucket: silent.bucket,
      destinationBucket: `arn:aws:s3:::${store.bucket}`,
      version: '2016-11-30',
      fileFormat: 'CSV',
      fileSchema: 'Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, ETag',
      files: [
        { key: 'inv/data/1.csv.gz', size: 700, MD5checksum: 'x' },
        { key: 'inv/data/2.csv', size: 300, MD5checksum: 'y' },
      ],
    };
    await store.put('inv/manifest.json', JSON.stringify(manifest));
    const source = { kind: 'inventory', bucket: store.bucket, key: 'inv/manifest.json', prefix: '' } as const;
    const { report } = await run({ source });
    expect(report).toMatchObject({ share: 1, counts: { listed: 33, matched: 30, new: 30, missing: 0 } });
    await expectSearchable(hashesOf(objects));
    const again = await run({ source });
    expect(again.report.counts).toMatchObject({ ...nothingDone, matched: 30, unchanged: 30 });
  });

  test.each([
    ['does not exist', undefined, /does not exist/],
    ['is not JSON', 'hello', /is not JSON/],
    ['is something else', '{"a": 1}', /no manifest of an S3 Inventory/],
    [
      'has another format',
      '{"sourceBucket": "b", "fileFormat": "Parquet", "fileSchema": "", "files": []}',
      /format Parquet; only CSV/,
    ],
    [
      'is about another bucket',
      '{"sourceBucket": "b", "fileFormat": "CSV", "fileSchema": "Key", "files": []}',
      /about the bucket b/,
    ],
  ])('an inventory whose manifest %s is refused at once', async (_, body, message) => {
    if (body !== undefined) await silent.put('manifest.json', body);
    const source = { kind: 'inventory', bucket: silent.bucket, key: 'manifest.json', prefix: '' } as const;
    await expect(run({ source })).rejects.toMatchObject({ cause: { cause: { message } } });
  });
});

test('only keys that begin with the prefix; an empty bucket and one that does not exist', async () => {
  const objects = freshBuilds(40);
  await silent.putAll(objects);
  const prefix = 'pub/firefox/';
  const wanted = objects.filter(({ key }) => key.startsWith(prefix));
  const { report } = await run({ source: { kind: 'listing', prefix } });
  expect(report.counts).toMatchObject({ listed: wanted.length, new: wanted.length });
  expect(wanted.length).toBeGreaterThan(0);
  expect(wanted.length).toBeLessThan(40);

  silent = await createSilentBucket(sandbox);
  expect((await run()).report.counts).toMatchObject({ ...nothingDone, listed: 0 });
  const nowhere = await runBuildhub(['backfill', 'start', '--bucket', 'no-such-bucket-here'], sandbox.env);
  expect(nowhere).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/There is no bucket no-such-bucket-here/),
  });
});

test('it continues as new while it works, and its report is of all runs', async () => {
  const objects = freshBuilds(120);
  await silent.putAll(objects);
  const { handle, report } = await run({ eventsPerRun: 12, concurrency: 2 });
  const { firstExecutionRunId } = handle;
  const { runId } = await sandbox.temporal.workflow.getHandle(handle.workflowId).describe();
  expect(runId).not.toBe(firstExecutionRunId);
  expect(report.counts).toMatchObject({ listed: 120, new: 120, inserted: hashesOf(objects).length });
  expect(report.ranges).toMatchObject({ running: 0, waiting: 0 });
  await expectSearchable(hashesOf(objects));
});
