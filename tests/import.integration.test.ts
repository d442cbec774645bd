import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listReports } from '../drizzle/queries/operation-reports.ts';
import { findRun } from '../operations/runs.ts';
import { buildHash } from '../schema/build-hash.ts';
import { parseLossless } from '../schema/lossless-json.ts';
import { readBuilds } from '../schema/published-build.ts';
import { generateBuilds } from '../stack/samples/generate-builds.ts';
import { kill } from '../stack/testing/faults.ts';
import type { ImportInput } from '../workflows/import/import-buildhub2.ts';
import { progressQuery } from '../workflows/run-control.ts';
import { startBuildhub } from './fixture/buildhub-process.ts';
import { eventually } from './fixture/eventually.ts';
import { forAllTests } from './fixture/for-all-tests.ts';
import { documents } from './fixture/messages.ts';
import { createSandbox } from './fixture/sandbox.ts';
import { createSilentBucket } from './fixture/silent-bucket.ts';
import { operationId, startWorkflow } from './fixture/start-operations.ts';
import { runWorkerHere } from './fixture/worker-here.ts';
import { createMainBuild, type OldRow, openOldDatabase } from './import-main-build.ts';
import { factsOf } from './progress-facts.ts';

/** What Buildhub2 has ingested before. */
const oldObjects = [...generateBuilds(1_200, new Date('2026-01-01T00:00:00Z'), 11)];

const sandbox = forAllTests(createSandbox);
/** The database of the Buildhub2. */
const buildhub2 = forAllTests(() => openOldDatabase(sandbox.config.DATABASE_URL));
let bucket: string;
let reindex: WorkflowHandle;
let worker: AsyncDisposable;

beforeAll(async () => {
  ({ bucket } = await createSilentBucket(sandbox));
  sandbox.config.BUILDHUB2_DATABASE_URL = buildhub2.url;
  await startWorker();
  reindex = sandbox.temporal.workflow.getHandle(operationId('reindex', sandbox.config));
});
afterAll(() => worker?.[Symbol.asyncDispose]());

async function startWorker(): Promise<void> {
  worker = await runWorkerHere(sandbox);
}

function imports(input: Partial<ImportInput> = {}) {
  return startWorkflow(sandbox.temporal, 'import', sandbox.config, { bucket, ...input });
}

/** What a row of the new table is, as text wherever JavaScript could change it. */
async function rowsOfTable() {
  const { rows } = await sandbox.postgres.pool.query<Record<string, string | null>>(
    `select id::text, build_hash, build::text, metadata::text, created_at::text, s3_bucket, s3_key, s3_etag
     from builds order by builds.id`,
  );
  return rows;
}

async function objectOf(key: string) {
  const { rows } = await sandbox.postgres.pool.query(
    'select etag, outcome, build_hashes, workflow_id, first_seen_at::text from s3_objects where bucket = $1 and key = $2',
    [bucket, key],
  );
  return rows[0];
}

describe('rows of every odd kind', () => {
  const [plain, release, changed, quoted, taken] = [
    oldObjects.find(({ body }) => readBuilds(body).length === 1),
    oldObjects.find(({ body }) => readBuilds(body).length === 2),
    ...oldObjects.filter(({ body }) => readBuilds(body).length === 1).slice(-3),
  ].map((object) => object?.body ?? '');
  const hashOf = (text: string) => buildHash(parseLossless(text));
  const [, twin] = readBuilds(release ?? '');
  const exponent = '{"download":{"size":1.0},"build":{"number":1e21}}';
  const version = '{"commit": "c", "version": "v", "source": "s", "build": "b"}';
  const old = (id: number, build: string, more: Partial<OldRow> = {}): OldRow => ({
    ...{ id, hash: hashOf(build), build, metadata: version, createdAt: '2019-06-03 20:49:46.559307+00' },
    ...{ key: `pub/${id}/buildhub.json`, etag: `etag-${id}` },
    ...more,
  });
  const rows: OldRow[] = [
    old(3, plain ?? ''),
    old(7, release ?? '', { key: 'pub/release/buildhub.json', etag: 'same' }),
    old(8, twin?.text ?? '', { key: 'pub/release/buildhub.json', etag: 'same' }),
    old(9, changed ?? '', { key: 'pub/changed/buildhub.json', etag: 'before' }),
    old(10, quoted ?? '', {
      ...{ key: 'pub/changed/buildhub.json', etag: '"after"', createdAt: '2020-01-01 00:00:00.000001+00' },
    }),
    old(20, '{"source":{"product":"x"}}', { key: '', etag: '', metadata: '{"skip_validation": true}' }),
    old(21, '{"build":{"date":"no date"}}', { key: null, etag: null, metadata: '{}' }),
    old(22, exponent),
    old(23, '{"target":{"os":"linux"}}', { hash: 'v1:00000000000000000000000000000000' }),
    old(24, '[1, 2]'),
    old(25, '{"n":9007199254740993,"e":"é\\ud83d\\ude00","z":[]}', { key: `pub/é +%20${'k'.repeat(380)}` }),
    { ...old(26, '{}'), build: `{"deep": ${'['.repeat(150)}${']'.repeat(150)}}` },
    old(2_000_000, taken ?? ''),
  ];

  test('arrive as they are, with a report of what is remarkable about them', async () => {
    await createMainBuild(buildhub2.client, rows);
    // What was ingested before: one with an id of the old table, and one that the old table has as well.
    await sandbox.postgres.pool.query(
      `insert into builds (id, build_hash, build) values (3, 'v1:live', '{"build": {"id": "1"}}'), (4, $1, $2)`,
      [hashOf(taken ?? ''), taken],
    );
    const report = await (await imports()).result();
    expect(report.problem).toMatch(/^11 rows need a look/);
    const facts = factsOf(report);
    expect(facts).toMatchObject({
      ...{ done: 13, 'Builds with their original id': 11, 'Of these, new': 11, 'Builds with a new id': 2 },
      ...{ 'Matching hashes': 10, 'Hashes that differ by jsonb number format': 1 },
      ...{ 'Hashes that differ otherwise': 2, 'Builds that no longer validate': 7 },
      'Row 22, number rewritten': expect.stringContaining('v1:513b126263069554412545a2f4e6f5eb'),
    });
    const named = ['Row 3, under another id', 'Row 2000000, under another id', 'Row 23, hash differs'];
    expect(Object.keys(facts)).toEqual(expect.arrayContaining(named));

    const found = new Map((await rowsOfTable()).map((row) => [row.build_hash, row]));
    expect(found.size).toBe(14);
    const { rows: originals } = await buildhub2.client.query(
      `select id::text, build_hash, build::text, metadata::text, created_at::text, s3_object_key as s3_key,
         s3_object_etag as s3_etag from main_build where id not in (3, 2000000)`,
    );
    for (const original of originals) {
      const s3_bucket = original.s3_key ? bucket : null;
      expect(found.get(original.build_hash)).toEqual({ ...original, s3_bucket });
    }
    expect(found.get(hashOf(plain ?? ''))).toMatchObject({
      s3_key: 'pub/3/buildhub.json',
      s3_etag: 'etag-3',
    });
    expect(Number(found.get(hashOf(plain ?? ''))?.id)).toBeGreaterThan(2_000_000);
    expect(found.get(hashOf(taken ?? ''))).toMatchObject({ id: '4' });
  });

  test('are followed by a reindex, and refused builds do not keep it from going live', async () => {
    const report = await (await imports({ reindexWorkflowId: reindex.workflowId })).result();
    expect(factsOf(report)).toMatchObject({
      ...{ done: 13, 'Builds with their original id': 11, 'Of these, new': 0, 'Builds with a new id': 2 },
      Reindex: expect.stringMatching(/^Started/),
    });
    expect(factsOf(await reindex.result())).toMatchObject({
      ...{ 'Rejected by Elasticsearch': 3, 'Build 21': expect.any(String) },
      ...{ 'Build 22': expect.any(String), 'Build 24': expect.any(String) },
    });
    const found = await documents(sandbox);
    expect(found.size).toBe(11);
    expect(found.get('25')).toMatchObject({ id: 25, e: 'é😀' });
  });

  test('keep objects as they were last seen, with the builds from them', async () => {
    expect(await objectOf('pub/release/buildhub.json')).toMatchObject({
      ...{ etag: 'same', outcome: 'ingested', build_hashes: [hashOf(release ?? ''), twin?.hash] },
      workflow_id: operationId('import', sandbox.config),
      first_seen_at: '2019-06-03 20:49:46.559307+00',
    });
    expect(await objectOf('pub/changed/buildhub.json')).toMatchObject({
      ...{ etag: 'after', build_hashes: [hashOf(quoted ?? '')] },
    });
    const { rows: unknown } = await sandbox.postgres.pool.query(`select from s3_objects where key = ''`);
    expect(unknown).toEqual([]);
  });

  test('do not take back what was seen since', async () => {
    await sandbox.postgres.pool.query(
      `update s3_objects set etag = 'new', outcome = 'missing', build_hashes = '{}', last_attempt_at = now()
       where key = 'pub/3/buildhub.json'`,
    );
    await (await imports()).result();
    expect(await objectOf('pub/3/buildhub.json')).toMatchObject({ etag: 'new', outcome: 'missing' });
  });

  test('wait for a database of Buildhub that lacks a table, which is no fault of the source', async () => {
    const { pool } = sandbox.postgres;
    await pool.query('alter table s3_objects rename to s3_objects_away');
    const handle = await imports();
    const problem = await eventually('the problem of a running import', async () => {
      const run = await findRun(sandbox.temporal, handle.workflowId);
      return run?.progress?.problem;
    });
    expect(problem).toMatch(
      /^The step importRange failed and is being retried \(attempt \d+\): .*s3_objects/s,
    );
    await pool.query('alter table s3_objects_away rename to s3_objects');
    expect(factsOf(await handle.result())).toMatchObject({ done: 13 });
  });

  test('leave room for new ids', async () => {
    const { rows: made } = await sandbox.postgres.pool.query<{ id: string }>(
      `insert into builds (build_hash, build) values ('v1:next', '{}') returning id::text`,
    );
    expect(Number(made[0]?.id)).toBeGreaterThan(2_000_000);
  });
});

const all = oldObjects.flatMap(({ key, body }) =>
  readBuilds(body).map(({ text, hash }) => ({ key, text, hash })),
);

describe('a large table', () => {
  beforeAll(async () => {
    await sandbox.postgres.pool.query('truncate builds, s3_objects');
    const etags = new Map<string, string>();
    for (const { key, body } of oldObjects.slice(0, 100)) {
      const put = new PutObjectCommand({ Bucket: bucket, Key: key, Body: body });
      etags.set(key, (await sandbox.s3.send(put)).ETag ?? '');
    }
    await createMainBuild(
      buildhub2.client,
      all.map(({ key, text, hash }, index) => ({
        ...{ id: 3_000_000 + index * 3, hash, build: text, metadata: '{}', key },
        createdAt: '2021-05-05 05:05:05.123456+00',
        // As the daemon wrote them, and as the backfill did.
        etag: index % 2 === 0 ? (etags.get(key)?.replaceAll('"', '') ?? 'e') : (etags.get(key) ?? '"e"'),
      })),
    );
  });

  test('a large table is imported although the worker is killed in the middle, with nothing missing and nothing twice', async () => {
    await worker[Symbol.asyncDispose]();
    const env = { ...sandbox.env, BUILDHUB2_DATABASE_URL: buildhub2.url };
    const process = await startBuildhub(['worker', '--no-poller'], env);
    const handle = await imports({ rangeSize: 100, reindexWorkflowId: reindex.workflowId });
    const current = sandbox.temporal.workflow.getHandle(handle.workflowId);
    await eventually('a part of it', async () => (await current.query(progressQuery)).done >= 200);
    await kill(process);
    await startWorker();
    const report = await handle.result();
    expect(factsOf(report)).toMatchObject({
      done: all.length,
      'Builds with their original id': all.length,
      // Also what the killed worker has inserted and not reported.
      'Of these, new': all.length,
      'Matching hashes': all.length,
      'Builds that no longer validate': 0,
    });
    const found = await rowsOfTable();
    expect(found.map(({ id }) => id)).toEqual(all.map((_, index) => String(3_000_000 + index * 3)));
    expect(found.map(({ build_hash }) => build_hash)).toEqual(all.map(({ hash }) => hash));
    await reindex.result();
    expect((await documents(sandbox)).size).toBe(all.length);
  });

  test('an import that is cancelled reports what it has imported of a range, and the next one continues there', async () => {
    const lock = await sandbox.postgres.pool.connect();
    await lock.query('begin; lock table s3_objects');
    const handle = await imports();
    const untilHeartbeat = (since: number) =>
      eventually('a heartbeat, whose response says that it is cancelled', async () => {
        const [step] = (await handle.describe()).raw.pendingActivities ?? [];
        const isImport = step?.activityType?.name === 'importRange';
        return isImport && Number(step.lastHeartbeatTime?.seconds) > since;
      });
    await untilHeartbeat(0);
    await handle.cancel();
    await untilHeartbeat(Date.now() / 1_000);
    await lock.query('rollback');
    lock.release();
    await expect(handle.result()).rejects.toThrow();
    const [kept] = await listReports(sandbox.postgres.database, 'importBuildhub2', 1);
    const { done, 'Last id imported': after = '' } = factsOf(JSON.parse(kept?.report ?? ''));
    expect(done).toBeGreaterThanOrEqual(500);
    const left = all.length - Number(done);
    const rest = await (await imports({ after: String(after) })).result();
    expect(rest).toMatchObject({ done: left, total: left });
  });

  test('an import leaves a backfill of its bucket nothing to do', async () => {
    const input = { bucket, source: { kind: 'listing', prefix: 'pub/' } as const };
    const report = await (await startWorkflow(sandbox.temporal, 'backfill', sandbox.config, input)).result();
    expect(factsOf(report)).toMatchObject({
      ...{ 'buildhub.json objects': 100, Unchanged: 100, New: 0, Changed: 0, 'Builds inserted': 0 },
    });
  });

  test('an import says that another reindex is running', async () => {
    await startWorkflow(sandbox.temporal, 'reindex', sandbox.config, { rateLimit: 0.1 });
    const report = await (await imports({ reindexWorkflowId: reindex.workflowId })).result();
    const reason = expect.stringMatching(/^Another reindex/);
    expect(report).toMatchObject({ phase: 'done', done: all.length, problem: reason });
    expect(factsOf(report)).toMatchObject({ 'Matching hashes': all.length, Reindex: reason });
    await reindex.terminate();
  });
});

test('a database that is not of a Buildhub2 is reported', async () => {
  await buildhub2.client.query('drop table main_build');
  const message = expect.stringContaining('main_build');
  await expect((await imports()).result()).rejects.toMatchObject({ cause: { cause: { message } } });
});
