import { PutObjectCommand } from '@aws-sdk/client-s3';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { builds } from '../drizzle/tables.ts';
import { realBuilds } from '../samples/publish.ts';
import { backfillStage, hashesOf, nothingDone } from './backfill-stage.ts';
import { runBuildhub } from './fixture/run-buildhub.ts';
import { createSilentBucket } from './fixture/silent-bucket.ts';

const stage = backfillStage();

test('what is new is ingested, twins included, what is no build is set apart, and the same again finds nothing to do', async () => {
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
  expect(report.counts).toEqual({
    listed: 64,
    matched: 63,
    new: 63,
    changed: 0,
    unchanged: 0,
    setApartBefore: 0,
    invalid: 1,
    missing: 0,
    denied: 0,
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

test('an object that S3 does not hand out holds up no other: it is left out, named, and looked for again', async () => {
  const { sandbox, silent, run, freshBuilds, expectSearchable } = stage();
  const objects = freshBuilds(20);
  await silent.putAll(objects);
  const [first] = objects;
  const archived = { Bucket: silent.bucket, Key: 'pub/archived/buildhub.json' };
  await sandbox.s3.send(
    new PutObjectCommand({ ...archived, Body: first?.body ?? '', StorageClass: 'GLACIER' }),
  );
  const { id, report } = await run();
  expect(report).toMatchObject({ phase: 'done', counts: { new: 21, denied: 1, invalid: 0, missing: 0 } });
  expect(report.denied).toEqual([
    { key: archived.Key, reason: expect.stringMatching(/^S3 answers 403 InvalidObjectState: ./) },
  ]);
  await expectSearchable(hashesOf(objects));
  expect((await silent.objects()).map(({ key }) => key)).not.toContain(archived.Key);
  const { code, stdout } = await runBuildhub(['backfill', 'status', id], sandbox.env);
  expect(stdout).toMatch(/not handed out by S3 +1\n/);
  expect(stdout).toContain(`${archived.Key}: S3 answers 403 InvalidObjectState`);
  expect(code).toBe(0);

  await sandbox.s3.send(new PutObjectCommand({ ...archived, Body: freshBuilds(21).at(-1)?.body ?? '' }));
  expect((await run()).report.counts).toMatchObject({ new: 1, unchanged: 20, denied: 0, inserted: 1 });
});

test('a dry run reports the same and writes nothing; it knows what is invalid only if it reads', async () => {
  const { silent, run, freshBuilds } = stage();
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
  const { silent, run, freshBuilds, expectSearchable } = stage();
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
  expect(report.counts).toMatchObject({ ...nothingDone, unchanged: 5, indexed: 2 });
  await expectSearchable(hashesOf(objects));
});

test('only keys that begin with the prefix; an empty bucket and one that does not exist', async () => {
  const { sandbox, silent, run, freshBuilds } = stage();
  const objects = freshBuilds(40);
  await silent.putAll(objects);
  const prefix = 'pub/firefox/';
  const wanted = objects.filter(({ key }) => key.startsWith(prefix));
  const { report } = await run({ source: { kind: 'listing', prefix } });
  expect(report.counts).toMatchObject({ listed: wanted.length, new: wanted.length });
  expect(wanted.length).toBeGreaterThan(0);
  expect(wanted.length).toBeLessThan(40);

  const { bucket } = await createSilentBucket(sandbox);
  expect((await run({ bucket })).report.counts).toMatchObject({ ...nothingDone, listed: 0 });
  const nowhere = await runBuildhub(['backfill', 'start', '--bucket', 'no-such-bucket-here'], sandbox.env);
  expect(nowhere).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/There is no bucket no-such-bucket-here/),
  });
});

test('it continues as new while it works, and its report is of all runs', async () => {
  const { sandbox, silent, run, freshBuilds, expectSearchable } = stage();
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
