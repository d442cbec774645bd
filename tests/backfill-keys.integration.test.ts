import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { keyLists } from '../drizzle/tables.ts';
import { backfillStage, hashesOf, nothingDone } from './backfill-stage.ts';
import { runBuildhub } from './fixture/run-buildhub.ts';
import { createSilentBucket } from './fixture/silent-bucket.ts';

const stage = backfillStage();

test('a list of keys from a file: only those, the missing set apart, and the same again finds nothing to do', async () => {
  const { sandbox, silent, freshBuilds, expectSearchable } = stage();
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
  const { sandbox, silent } = stage();
  const command = ['backfill', 'start', '--bucket', silent.bucket, '--keys-file', '-'];
  const long = await runBuildhub(command, sandbox.env, `a/buildhub.json\n${'x'.repeat(1_025)}\n`);
  expect(long.code).toBe(1);
  expect(long.stderr).toMatch(/Line 2 of the list of keys has 1025 bytes/);
  expect((await runBuildhub(command, sandbox.env, '\n')).stderr).toMatch(/The list of keys is empty/);
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
  const { silent, run } = stage();
  if (body !== undefined) await silent.put('manifest.json', body);
  const source = { kind: 'inventory', bucket: silent.bucket, key: 'manifest.json', prefix: '' } as const;
  await expect(run({ source })).rejects.toMatchObject({ cause: { cause: { message } } });
});
