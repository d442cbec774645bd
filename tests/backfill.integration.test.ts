import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { builds, keyLists } from '../drizzle/tables.ts';
import { storeKeyList } from '../operations/key-lists.ts';
import { realBuilds } from '../stack/samples/publish.ts';
import type { BackfillInput } from '../workflows/backfill/backfill.ts';
import { backfillStage, hashesOf, nothingDone } from './backfill-stage.ts';
import { createSilentBucket } from './fixture/silent-bucket.ts';
import { runWorkerHere } from './fixture/worker-here.ts';
import { factsOf } from './progress-facts.ts';

const stage = backfillStage(runWorkerHere);

test('what is new is ingested, twins included, what is not a valid build is quarantined, and the same again finds nothing to do', async () => {
  const { silent, run, freshBuilds, expectSearchable } = stage();
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
  expect(factsOf(report)).toEqual({
    done: 64,
    'buildhub.json objects': 63,
    New: 63,
    Changed: 0,
    Unchanged: 0,
    'Quarantined before': 0,
    Invalid: 1,
    Missing: 0,
    'Access denied by S3': 0,
    'Builds inserted': hashes.length,
    'Builds indexed': hashes.length,
    'Ranges done': expect.stringMatching(/^(\d+) of \1$/),
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
  expect(factsOf(again.report)).toEqual({
    done: 64,
    'buildhub.json objects': 63,
    Unchanged: 62,
    'Quarantined before': 1,
    ...nothingDone,
    'Ranges done': expect.any(String),
  });
  expect(await silent.objects()).toEqual(seen);
});

test('an object to which S3 denies access holds up no other: it is left out, named, and tried again', async () => {
  const { sandbox, silent, run, freshBuilds, expectSearchable } = stage();
  const objects = freshBuilds(20);
  await silent.putAll(objects);
  const [first] = objects;
  const archived = { Bucket: silent.bucket, Key: 'pub/archived/buildhub.json' };
  await sandbox.s3.send(
    new PutObjectCommand({ ...archived, Body: first?.body ?? '', StorageClass: 'GLACIER' }),
  );
  const { report } = await run();
  expect(report).toMatchObject({
    phase: 'done',
    problem: expect.stringMatching(/^1 objects were not ingested/),
  });
  expect(factsOf(report)).toMatchObject({
    ...{ New: 21, Invalid: 0, Missing: 0, 'Access denied by S3': 1 },
    [`Access denied: ${archived.Key}`]: expect.stringMatching(/^S3 returns 403 InvalidObjectState: ./),
  });
  await expectSearchable(hashesOf(objects));
  expect((await silent.objects()).map(({ key }) => key)).not.toContain(archived.Key);

  await sandbox.s3.send(new PutObjectCommand({ ...archived, Body: freshBuilds(21).at(-1)?.body ?? '' }));
  const next = (await run()).report;
  expect(next).not.toHaveProperty('problem');
  expect(factsOf(next)).toMatchObject({
    New: 1,
    Unchanged: 20,
    'Access denied by S3': 0,
    'Builds inserted': 1,
  });
});

test('a dry run reports the same and writes nothing; it knows what is invalid only if it reads', async () => {
  const { silent, run, freshBuilds } = stage();
  const [first, second] = freshBuilds(2);
  await silent.putAll(freshBuilds(30));
  await silent.put('a/buildhub.json', 'nonsense');
  const counted = await run({ dryRun: { validate: false } });
  expect(counted.report.dryRun).toBe(true);
  expect(factsOf(counted.report)).toMatchObject({ New: 31, Invalid: 0, 'Builds inserted': 0 });
  const validated = await run({ dryRun: { validate: true } });
  expect(factsOf(validated.report)).toMatchObject({
    New: 31,
    Invalid: 1,
    'Builds inserted': 0,
    'Builds indexed': 0,
  });
  expect(await silent.objects()).toEqual([]);
  expect(await silent.builds()).toEqual([]);

  await run();
  await silent.put(first?.key ?? '', second?.body ?? '');
  const { report } = await run({ dryRun: { validate: false } });
  expect(factsOf(report)).toMatchObject({
    ...nothingDone,
    Changed: 1,
    Unchanged: 29,
    'Quarantined before': 1,
  });
});

test('changed objects: a new content is a row beside the old one, the same content in other bytes a new ETag', async () => {
  const { silent, run, freshBuilds, expectSearchable } = stage();
  const [one, two, three] = freshBuilds(3);
  if (!one || !two || !three) throw new Error('There are no samples');
  await silent.putAll([one, two]);
  await run();
  const before = await silent.builds();
  await silent.put(one.key, `${one.body}\n\n`);
  await silent.put(two.key, three.body);
  const { report } = await run();
  expect(factsOf(report)).toMatchObject({ New: 0, Changed: 2, 'Builds inserted': hashesOf([three]).length });
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
  const { sandbox, silent, run, freshBuilds, expectSearchable } = stage();
  const objects = freshBuilds(5);
  await silent.putAll(objects);
  await run();
  const lost = (await silent.builds()).slice(0, 2).map(({ id }) => id);
  for (const id of lost) {
    await sandbox.postgres.database.update(builds).set({ indexedAt: null }).where(sql`id = ${id}`);
    await sandbox.elasticsearch.delete({ index: sandbox.config.ELASTICSEARCH_INDEX, id: String(id) });
  }
  const { report } = await run();
  expect(factsOf(report)).toMatchObject({ ...nothingDone, Unchanged: 5, 'Builds indexed': 2 });
  await expectSearchable(hashesOf(objects));
});

test('only keys that begin with the prefix; an empty bucket has none', async () => {
  const { sandbox, silent, run, freshBuilds } = stage();
  const objects = freshBuilds(40);
  await silent.putAll(objects);
  const prefix = 'pub/firefox/';
  const wanted = objects.filter(({ key }) => key.startsWith(prefix));
  const { report } = await run({ source: { kind: 'listing', prefix } });
  expect(factsOf(report)).toMatchObject({ done: wanted.length, New: wanted.length });
  expect(wanted.length).toBeGreaterThan(0);
  expect(wanted.length).toBeLessThan(40);

  const { bucket } = await createSilentBucket(sandbox);
  expect(factsOf((await run({ bucket })).report)).toMatchObject({ ...nothingDone, done: 0 });
});

test('a list of keys: only those, the missing recorded, and the same again finds nothing to do', async () => {
  const { sandbox, silent, run, freshBuilds, expectSearchable } = stage();
  const { database } = sandbox.postgres;
  const objects = freshBuilds(65);
  const listed = objects.slice(0, 40);
  await silent.putAll([...listed, ...objects.slice(60)]);
  const keys = objects.slice(0, 60).map(({ key }) => key);
  const rest = Array.from({ length: 2_000 }, (_, n) => `pub/other/${n}.txt`);
  const runList = async () => {
    const list = await storeKeyList(database, [...keys, ...rest, keys[0] ?? '']);
    return (await run({ source: { kind: 'key-list', list, prefix: '' } })).report;
  };
  const first = await runList();
  const hashes = hashesOf(listed);
  expect(first).toMatchObject({
    phase: 'done',
    total: 2_060,
    problem: expect.stringContaining('20 objects'),
  });
  const counts = { done: 2_060, 'buildhub.json objects': 60, New: 60, Missing: 20 };
  expect(factsOf(first)).toMatchObject({ ...counts, 'Builds inserted': hashes.length });
  await expectSearchable(hashes);

  // What was missing is looked for each time: it may have come.
  const again = { ...nothingDone, Changed: 20, Missing: 20, Unchanged: 40 };
  expect(factsOf(await runList())).toMatchObject(again);
  expect(await database.select().from(keyLists)).toEqual([]);
});

test('an S3 Inventory in CSV: what is deleted or not the latest does not count', async () => {
  const { sandbox, silent, run, freshBuilds, expectSearchable } = stage();
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
  // More than one request reads.
  const others = Array.from({ length: 70_000 }, (_, n) => row(`pub/${'x'.repeat(90)}/${n}.txt`)).join('');
  await store.put('inv/data/2.csv', others + csv.slice(half));
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
  const found = {
    done: 70_033,
    'buildhub.json objects': 30,
    New: 30,
    Missing: 0,
    'Inventory read': '100.0%',
  };
  expect(factsOf(report)).toMatchObject(found);
  await expectSearchable(hashesOf(objects));
  const again = await run({ source });
  expect(factsOf(again.report)).toMatchObject({ ...nothingDone, 'buildhub.json objects': 30, Unchanged: 30 });
});

test('an S3 Inventory with a file that is empty is refused', async () => {
  const { sandbox, silent, run } = stage();
  const store = await createSilentBucket(sandbox);
  await store.put('inv/data/1.csv', '');
  const manifest = { sourceBucket: silent.bucket, fileFormat: 'CSV', fileSchema: 'Bucket, Key' };
  await store.put('inv/manifest.json', JSON.stringify({ ...manifest, files: [{ key: 'inv/data/1.csv' }] }));
  const source = { kind: 'inventory', bucket: store.bucket, key: 'inv/manifest.json', prefix: '' } as const;
  const message = expect.stringContaining('inv/data/1.csv cannot be read');
  await expect(run({ source })).rejects.toMatchObject({ cause: { cause: { message } } });
});

test.each<[string, Partial<BackfillInput>, RegExp]>([
  [
    'a bucket that does not exist',
    { bucket: 'no-such-bucket-here' },
    /There is no bucket no-such-bucket-here/,
  ],
  ['a bucket that cannot exist', { bucket: 'arn:aws:s3' }, /There is no bucket arn:aws:s3/],
  ['a bucket of S3 Express', { bucket: 'a--usw2-az1--x-s3' }, /There is no bucket a--usw2-az1--x-s3/],
  [
    'an inventory in a bucket that cannot exist',
    { source: { kind: 'inventory', bucket: 'a/b', key: 'manifest.json', prefix: '' } },
    /does not exist/,
  ],
  [
    'a prefix that no key can have',
    { source: { kind: 'listing', prefix: 'a\0' } },
    /No key begins with the prefix/,
  ],
])('%s is refused at once', async (_, input, message) => {
  await expect(stage().run(input)).rejects.toMatchObject({ cause: { cause: { message } } });
});

test.each<[string, object | string | undefined, Uint8Array | undefined, RegExp]>([
  ['without a manifest', undefined, undefined, /manifest\.json does not exist/],
  ['whose manifest is not JSON', 'hello', undefined, /is not JSON/],
  ['whose manifest is something else', '{"a": 1}', undefined, /no manifest of an S3 Inventory/],
  ['in another format', { fileFormat: 'Parquet' }, undefined, /format Parquet; only CSV/],
  ['of another bucket', { sourceBucket: 'b' }, undefined, /about the bucket b/],
  [
    'of more files than a workflow can be given',
    { files: Array.from({ length: 12_000 }, () => ({ key: 'x'.repeat(60) })) },
    undefined,
    /lists 12000 files, more than a backfill can take/,
  ],
  [
    'of a file that does not exist',
    {},
    undefined,
    /data\.csv\.gz cannot be read as a file of an S3 Inventory/,
  ],
  [
    'of a file that is cut off',
    {},
    gzipSync('"b","a/buildhub.json"\n').subarray(0, 25),
    /cannot be read .*: unexpected end of file/,
  ],
  ['of a file with other columns', {}, gzipSync('"b"\n'), /cannot be read .*: Invalid Record Length/],
])('an inventory %s is refused', async (_, manifest, file, message) => {
  const { silent, run } = stage();
  const complete = {
    ...{ sourceBucket: silent.bucket, fileFormat: 'CSV', fileSchema: 'Bucket, Key' },
    files: [{ key: 'data.csv.gz', size: 1 }],
  };
  if (file) await silent.put('data.csv.gz', file);
  if (typeof manifest === 'object')
    await silent.put('manifest.json', JSON.stringify({ ...complete, ...manifest }));
  else if (manifest !== undefined) await silent.put('manifest.json', manifest);
  const source = { kind: 'inventory', bucket: silent.bucket, key: 'manifest.json', prefix: '' } as const;
  await expect(run({ source })).rejects.toMatchObject({ cause: { cause: { message } } });
});
