import { eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { readBuilds } from '../../schema/published-build.ts';
import { realBuilds } from '../../stack/samples/publish.ts';
import { forAllTests } from '../../tests/fixture/for-all-tests.ts';
import { insertBuilds } from '../../tests/fixture/insert-builds.ts';
import { createSandbox } from '../../tests/fixture/sandbox.ts';
import { migrate } from '../migrate.ts';
import { builds, s3Objects } from '../tables.ts';
import { listOperatorActions, recordActionBegun } from './audit-log.ts';
import { countBuilds, findBuild, listObjectBuilds } from './builds.ts';
import { insertBuildsOfObjects } from './insert-builds.ts';
import { recordObject } from './objects.ts';
import { listReports, saveReport } from './operation-reports.ts';

const sandbox = forAllTests(createSandbox);

const attempt = (key: string, runId = 'run-1') => ({
  bucket: 'a-bucket',
  key,
  etag: 'abc',
  workflowId: `ingest:${key}`,
  runId,
});
const releaseText = realBuilds().find(({ key }) => key.includes('70.0-candidates'))?.body ?? '';
const release = readBuilds(releaseText);

test('inserts a release and its twin once, and calls the next key or run unchanged', async () => {
  const { database } = sandbox.postgres;
  const first = await insertBuilds(database, attempt('one'), release, '{}');
  expect(first.map(({ created }) => created)).toEqual([true, true]);
  expect(first.map(({ hash }) => hash)).toEqual(release.map(({ hash }) => hash));
  // A run repeats an insert if its response was lost.
  expect(await insertBuilds(database, attempt('one'), release, '{}')).toEqual(first);
  const read = () => database.select().from(s3Objects).where(sql`key = 'one'`);
  expect(await read()).toMatchObject([{ outcome: 'ingested', attempts: 1 }]);
  // The same run inserts nothing for another key, nor does another run.
  for (const other of [attempt('another'), attempt('one', 'run-2')])
    expect(await insertBuilds(database, other, release, '{}')).toEqual(
      first.map((row) => ({ ...row, created: false })),
    );
  expect(await read()).toMatchObject([{ outcome: 'unchanged', attempts: 2, etag: 'abc' }]);
});

test('counts only the new one if the release was there and its twin was not', async () => {
  const { database } = sandbox.postgres;
  const [onlyRelease, twin] = readBuilds(releaseText.replace('"70.0"', '"70.0.1"'));
  if (!onlyRelease || !twin) throw new Error('A release has a twin');
  await insertBuilds(database, attempt('two'), [onlyRelease], '{}');
  const stored = await insertBuilds(database, attempt('two', 'run-2'), [onlyRelease, twin], '{}');
  expect(stored.map(({ created }) => created)).toEqual([false, true]);
  const [object] = await database.select().from(s3Objects).where(sql`key = 'two'`);
  expect(object).toMatchObject({ outcome: 'ingested', buildHashes: [onlyRelease.hash, twin.hash] });
});

test('shows a build under its dated key and keeps the others, whichever was inserted first', async () => {
  const { database } = sandbox.postgres;
  const nightly = readBuilds(releaseText.replace('"70.0"', '"70.0.2"'));
  const [latest, dated] = [
    'nightly/latest-mozilla-central/a',
    'nightly/2019/10/2019-10-16-09-mozilla-central/a',
  ];
  await insertBuilds(database, attempt(latest), nightly, '{}');
  await insertBuilds(database, attempt(dated), nightly, '{}');
  for (const { hash } of nightly)
    expect(await findBuild(database, { hash })).toMatchObject({
      key: dated,
      keys: [{ key: dated }, { key: latest }],
    });
  expect(await listObjectBuilds(database, { bucket: 'a-bucket', key: dated })).toHaveLength(nightly.length);
  await insertBuilds(database, attempt(latest, 'run-2'), release, '{}');
  expect((await findBuild(database, { hash: nightly[0]?.hash ?? '' }))?.keys).toMatchObject([{ key: dated }]);
});

test('objects and builds come back as they were, whatever an array of PostgreSQL means by their characters', async () => {
  const { database } = sandbox.postgres;
  const keys = [
    'NULL',
    'null',
    '{a,b}',
    'a "quoted" key',
    'back\\slash \\"',
    '',
    ' ',
    'a,b',
    "it's",
    'ünïcödé 🦊\n',
  ];
  const text = (key: string) =>
    `{"size":1.0,"number":9007199254740993,"nothing":null,"list":[1,"{}","\\""],"key":${JSON.stringify(key)}}`;
  const objects = keys.map((key, place) => ({
    ...attempt(`odd/${key}`),
    etag: place % 2 === 0 ? `"${key}"` : undefined,
    builds: place === 1 ? [] : [key, `${key}+`].map((name) => ({ text: text(name), hash: `v1:odd ${name}` })),
  }));
  const stored = await insertBuildsOfObjects(database, objects, '{"version":"\\"1,2\\""}');
  for (const [place, object] of objects.entries()) {
    const [row] = await database.select().from(s3Objects).where(eq(s3Objects.key, object.key));
    const hashes = object.builds.map(({ hash }) => hash);
    expect(row).toMatchObject({ bucket: 'a-bucket', etag: object.etag ?? null, buildHashes: hashes });
    expect(row?.outcome).toBe(hashes.length === 0 ? 'unchanged' : 'ingested');
    expect(stored[place]?.map(({ hash, created }) => [hash, created])).toEqual(
      hashes.map((hash) => [hash, true]),
    );
    for (const { hash, text: published } of object.builds) {
      const [build] = await database.select().from(builds).where(eq(builds.buildHash, hash));
      expect(build).toMatchObject({ s3Key: object.key, s3Etag: object.etag ?? null, s3Bucket: 'a-bucket' });
      expect(JSON.parse(build?.build ?? '')).toEqual(JSON.parse(published));
      expect(build?.build).toContain('"size": 1.0, "number": 9007199254740993');
      expect(JSON.parse(build?.metadata ?? '')).toEqual({ version: '"1,2"' });
    }
  }
});

test('one of twenty simultaneous inserts of the same build creates it', async () => {
  const { database } = sandbox.postgres;
  const text = '{"build":{"id":"simultaneous"}}';
  const before = await countBuilds(database);
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, run) =>
      insertBuilds(database, attempt('four', `run-${run}`), [{ text, hash: 'v1:simultaneous' }], '{}'),
    ),
  );
  expect(results.flat().filter(({ created }) => created)).toHaveLength(1);
  expect(new Set(results.flat().map(({ id }) => id)).size).toBe(1);
  expect(await countBuilds(database)).toBe(before + 1);
});

test('recordObject counts runs, not repetitions within one run, and holds what PostgreSQL refuses', async () => {
  const { database } = sandbox.postgres;
  const failure = {
    ...attempt('bad', 'run-1'),
    outcome: 'invalid' as const,
    reason: 'a NUL \0 and \ud800',
  };
  await recordObject(database, failure);
  await recordObject(database, failure);
  await recordObject(database, { ...failure, runId: 'run-2' });
  const [object] = await database.select().from(s3Objects).where(sql`key = 'bad'`);
  expect(object).toMatchObject({ attempts: 2, reason: 'a NUL \ufffd and \ufffd' });
});

test('a report and an entry of the audit log hold what PostgreSQL refuses', async () => {
  const { database } = sandbox.postgres;
  const odd = { title: 'a NUL \0', input: { prefix: ['\ud800', 1] } };
  const operation = { workflowId: 'backfill:odd', runId: 'run-1', kind: 'backfill', startedAt: new Date() };
  await saveReport(database, { ...operation, report: odd });
  const [report] = await listReports(database, 'backfill', 1);
  const held = { title: 'a NUL \ufffd', input: { prefix: ['\ufffd', 1] } };
  expect(JSON.parse(report?.report ?? '')).toEqual(held);
  const action = { operator: 'a test', via: 'api', remoteAddress: null, workflowId: null };
  await recordActionBegun(database, { ...action, action: 'backfill.start', parameters: odd });
  const [entry] = await listOperatorActions(database, 1);
  expect(JSON.parse(entry?.parameters ?? '')).toEqual(held);
});

test('several processes can migrate at the same time, and again', async () => {
  const url = sandbox.config.DATABASE_URL;
  await Promise.all(Array.from({ length: 4 }, () => migrate(url)));
  expect(await countBuilds(sandbox.postgres.database)).toBeGreaterThan(0);
});
