import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { WorkflowHandle } from '@temporalio/client';
import { sql } from 'drizzle-orm';
import pMap from 'p-map';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { IndexSnapshot } from '../activities/reconcile/compare-index.ts';
import { listReports } from '../drizzle/queries/operation-reports.ts';
import { s3Objects } from '../drizzle/tables.ts';
import { findRun } from '../operations/runs.ts';
import { readBuilds } from '../schema/published-build.ts';
import { publish } from '../stack/samples/publish.ts';
import type { ReconcileInput } from '../workflows/reconcile/reconcile.ts';
import { pauseUpdate, progressQuery, resumeUpdate, setRateLimitUpdate } from '../workflows/run-control.ts';
import { eventually } from './fixture/eventually.ts';
import { documents } from './fixture/messages.ts';
import { operationId, startWorkflow } from './fixture/start-operations.ts';
import { factsOf } from './progress-facts.ts';
import { openReconcileStage, type ReconcileStage } from './reconcile-stage.ts';
import { someObjects } from './reindex-corpus.ts';

let stage: ReconcileStage;
beforeAll(async () => {
  stage = await openReconcileStage(500);
});
afterAll(() => stage[Symbol.asyncDispose]());

describe('if all agrees', () => {
  test('a reconciliation says so, and its report is kept', async () => {
    const report = await stage.reconciles();
    expect(report).toMatchObject({
      Verdict: 'All agrees',
      'Builds never indexed': 0,
      'Builds without a document': 0,
      'Contents that differ': 0,
      'Documents without a build': 0,
    });
    expect(report.Builds).toBeGreaterThanOrEqual(500);
    expect(report).toMatchObject({ Documents: report.Builds, 'Contents compared': report.Builds });
    const [kept] = await listReports(stage.postgres.database, 'reconcile', 1);
    expect(kept).toMatchObject({ workflowId: operationId('reconcile', stage.config) });
    expect(factsOf(JSON.parse(kept?.report ?? ''))).toEqual(report);
  });

  test('what is ingested meanwhile is no difference', async () => {
    const publishing = publish(stage.s3, stage.config.S3_BUCKET, someObjects(40, 2));
    for (let round = 0; round < 5; round++) {
      expect(await stage.reconciles({ graceSeconds: 60 })).toMatchObject({ Verdict: 'All agrees' });
    }
    await publishing;
  });

  test('numbers and empty objects that JavaScript and the index change are no difference', async () => {
    await stage.postgres.pool.query(
      `insert into builds (build_hash, build) values
        ('v1:numbers', '{"build": {"number": 9007199254740993}, "download": {"size": 1.0}, "source": {}}'),
        ('v1:exponent', '{"build": {}, "download": {"size": 1e18}}')`,
    );
    expect(await stage.reconciles({ repair: true })).toMatchObject({
      Verdict: 'There are differences',
      ...{ 'Builds never indexed': 2, 'Of them indexed now': 2, 'Contents that differ': 0 },
    });
    expect(await stage.reconciles()).toMatchObject({ Verdict: 'All agrees' });
  });
});

test('drift of every kind is found, and repaired if that is wanted', async () => {
  const [missing = '', differing = '', precise = ''] = await stage.ids(3);
  const { elasticsearch, postgres } = stage;
  await elasticsearch.delete({ index: stage.alias, id: missing });
  await elasticsearch.update({ index: stage.alias, id: differing, doc: { source: { product: 'other' } } });
  await elasticsearch.update({ index: stage.alias, id: precise, doc: { download: { size: 7 } } });
  for (const id of ['900000001', 'no-number', '0']) {
    await elasticsearch.index({ index: stage.alias, id, document: { id: 1, build: { id: 'orphan' } } });
  }
  await postgres.pool.query(
    `insert into builds (build_hash, build, created_at)
     select 'v1:' || n, build, now() - interval '2 minutes' from builds, generate_series(1, 3) n where id = $1`,
    [missing],
  );
  await postgres.pool.query(
    `insert into builds (build_hash, build) values ('v1:young', '{"build": {"id": "young"}}'), ('v1:no-date', '{"build": {"date": "no date"}}')`,
  );
  await postgres.pool.query(
    `update builds set created_at = now() - interval '1 hour' where build_hash = 'v1:no-date'`,
  );
  const before = await documents(stage);

  const found = await stage.reconciles({ graceSeconds: 60 });
  expect(found).toMatchObject({
    Verdict: 'There are differences',
    ...{ 'Builds never indexed': 4, 'Of them indexed now': 0 },
    ...{ 'Builds without a document': 1, 'Missing, for example': missing },
    ...{ 'Contents that differ': 2, 'Differing, for example': `${differing}, ${precise}` },
    ...{ 'Documents without a build': 3, 'Documents deleted': 0, 'Documents written again': 0 },
  });
  expect(await documents(stage)).toEqual(before);

  const repaired = await stage.reconciles({ repair: true, graceSeconds: 60 });
  expect(repaired).toMatchObject({
    Verdict: 'There are differences',
    ...{ 'Builds never indexed': 4, 'Of them indexed now': 3, 'Of them refused by Elasticsearch': 1 },
    ...{ 'Builds without a document': 1, 'Contents that differ': 2, 'Documents written again': 3 },
    ...{ 'Documents without a build': 3, 'Documents deleted': 3 },
  });
  expect(Object.values(repaired)).toContainEqual(expect.stringContaining('no date'));
  await postgres.pool.query(`delete from builds where build_hash = 'v1:no-date'`);

  expect(await stage.reconciles({ repair: true })).toMatchObject({
    ...{ 'Builds never indexed': 1, 'Of them indexed now': 1 },
  });
  expect(await stage.reconciles()).toMatchObject({ Verdict: 'All agrees' });
  const after = await documents(stage);
  expect(after.get(differing)).not.toHaveProperty('source.product', 'other');
  expect(after.has('no-number')).toBe(false);
});

test('contents are not compared if that is not wanted', async () => {
  const [id = ''] = await stage.ids(1);
  await stage.elasticsearch.update({ index: stage.alias, id, doc: { source: { product: 'other' } } });
  expect(await stage.reconciles({ contents: 'none' })).toMatchObject({
    Verdict: 'All agrees',
    'Contents compared': 0,
  });
  expect(await stage.reconciles({ repair: true })).toMatchObject({
    ...{ 'Contents that differ': 1, 'Documents written again': 1 },
  });
});

describe('the bucket', () => {
  const objects = someObjects(30, 3);
  test.each(['whole', 'sample'] as const)(
    'is compared, here the %s, and what was never seen is ingested',
    async (extent) => {
      const mine = extent === 'whole' ? objects.slice(0, 20) : objects.slice(20);
      for (const { key, body } of mine) await stage.silent.put(key, body);
      await stage.silent.put('pub/firefox/some.txt', 'not of interest');
      await stage.silent.put(`invalid-${extent}/buildhub.json`, '{}');
      const found = await stage.reconciles({ extent });
      expect(found).toMatchObject({
        Verdict: 'There are differences',
        ...{ 'Objects never seen': mine.length + 1, 'Objects that have changed': 0, 'Ingestions started': 0 },
      });
      const repaired = await stage.reconciles({ extent, repair: true });
      expect(repaired).toMatchObject({
        ...{ 'Ingestions started': mine.length + 1, 'Ingestions that succeeded': mine.length },
        'Ingestions that failed': 1,
      });
      const hashes = mine.flatMap(({ body }) => readBuilds(body).map(({ hash }) => hash));
      const { rows } = await stage.postgres.pool.query(
        'select id from builds where build_hash = any($1) and indexed_at is not null',
        [hashes],
      );
      expect(rows).toHaveLength(hashes.length);
      expect(await stage.reconciles({ extent })).toMatchObject({
        Verdict: 'All agrees',
        ...{ 'Objects never seen': 0, 'Objects that have changed': 0 },
      });
    },
  );

  test('a sample counts no key twice', async () => {
    const [sample, whole] = [
      await stage.reconciles({ extent: 'sample' }),
      await stage.reconciles({ extent: 'whole' }),
    ];
    // The whole bucket is one page, which lies behind many a known key in part.
    const listed = whole['Keys listed (whole)'];
    expect(listed).toBeGreaterThan(30);
    expect(sample).toMatchObject({
      ...{ 'Keys listed (sample)': listed, 'buildhub.json objects': whole['buildhub.json objects'] },
    });
  });

  test('an object that has changed since it was seen is found', async () => {
    const [first, second] = objects;
    await stage.silent.put(first?.key ?? '', second?.body ?? '');
    const found = await stage.reconciles({ extent: 'whole' });
    expect(found).toMatchObject({
      ...{ 'Objects never seen': 0, 'Objects that have changed': 1 },
      'Never seen or changed, for example': first?.key,
    });
    await stage.reconciles({ extent: 'whole', repair: true });
    const [row] = await stage.postgres.database.select().from(s3Objects).where(sql`key = ${first?.key}`);
    expect(row?.outcome).toBe('unchanged');
    expect(await stage.reconciles({ extent: 'whole' })).toMatchObject({ Verdict: 'All agrees' });
  });

  test('that does not exist is a problem, and the rest of the report is there', async () => {
    const report = await stage.progress({ extent: 'whole', bucket: 'no-such-bucket' });
    expect(report.problem).toContain('There is no bucket no-such-bucket');
    expect(factsOf(report)).toMatchObject({
      Verdict: 'There are differences',
      'Builds without a document': 0,
    });
  });
});

test('continues over many runs of the workflow, and its report is that of one', async () => {
  const { elasticsearch, temporal, s3 } = stage;
  const bucket = `${stage.alias}-large`;
  await s3.send(
    new CreateBucketCommand({
      Bucket: bucket,
      CreateBucketConfiguration: { LocationConstraint: 'us-west-2' },
    }),
  );
  const [build] = someObjects(1, 5);
  const keys = Array.from({ length: 1_200 }, (_, at) => `${String(at).padStart(4, '0')}.txt`);
  const matched = ['0100/buildhub.json', '1050/buildhub.json', '1150/buildhub.json'];
  await pMap(
    [...keys, ...matched],
    (Key) => s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: build?.body ?? '' })),
    { concurrency: 20 },
  );
  const [missing = '', differing = ''] = await stage.ids(2);
  await elasticsearch.delete({ index: stage.alias, id: missing });
  await elasticsearch.update({ index: stage.alias, id: differing, doc: { source: { product: 'other' } } });
  await elasticsearch.index({ index: stage.alias, id: '900000002', document: { id: 1 } });
  const input = { extent: 'whole' as const, bucket, rangeSize: 100, pagesAtOnce: 1 };
  const whole = await stage.reconciles(input);
  expect(whole).toMatchObject({
    ...{ 'Builds without a document': 1, 'Contents that differ': 1, 'Documents without a build': 1 },
    ...{ 'Keys listed (whole)': 1_203, 'buildhub.json objects': 3, 'Objects never seen': 3 },
    'Never seen or changed, for example': matched.join(', '),
  });

  const small: ReconcileInput = {
    ...input,
    repair: false,
    contents: 'whole',
    graceSeconds: 0,
    maxHistory: 12,
  };
  const handle = await startWorkflow(temporal, 'reconcile', stage.config, small);
  expect(factsOf(await handle.result())).toEqual(whole);
  const first = temporal.workflow.getHandle(handle.workflowId, handle.firstExecutionRunId, {
    followRuns: false,
  });
  expect((await first.describe()).status.name).toBe('CONTINUED_AS_NEW');
  const { historyLength } = await temporal.workflow.getHandle(handle.workflowId).describe();
  expect(historyLength).toBeLessThan(60);
  const [kept] = await listReports(stage.postgres.database, 'reconcile', 1);
  expect(kept).toMatchObject({ runId: handle.firstExecutionRunId });

  const repaired = await stage.reconciles({ ...input, repair: true, maxHistory: 12 });
  expect(repaired).toMatchObject({
    ...{ 'Documents written again': 2, 'Documents deleted': 1 },
    ...{ 'Ingestions started': 3, 'Ingestions that succeeded': 3 },
  });
  expect(await stage.reconciles(input)).toMatchObject({ Verdict: 'All agrees' });
});

test('is paused, resumed and cancelled', async () => {
  const { temporal, config } = stage;
  const slow: ReconcileInput = {
    ...{ repair: false, contents: 'whole', extent: 'none', bucket: stage.silent.bucket, graceSeconds: 0 },
    ...{ rangeSize: 2, maxHistory: 200 },
  };
  const handle = await startWorkflow(temporal, 'reconcile', config, slow);
  const current = temporal.workflow.getHandle(handle.workflowId);
  const progress = () => current.query(progressQuery);
  await eventually('some ranges', async () => (await progress()).done > 10 || undefined);
  expect(await current.executeUpdate(pauseUpdate)).toMatchObject({
    phase: expect.stringMatching(/^paus(ed|ing)$/),
  });
  const paused = await eventually('the end of what was begun', async () => {
    const now = await progress();
    return now.phase === 'paused' ? now : undefined;
  });
  expect(paused).not.toHaveProperty('rateLimit');
  await expect(current.executeUpdate(setRateLimitUpdate, { args: [3] })).rejects.toThrow();
  expect((await progress()).done).toBe(paused.done);
  await current.executeUpdate(resumeUpdate);
  await eventually('more ranges', async () => (await progress()).done > paused.done || undefined);
  await current.cancel();
  await expect(handle.result()).rejects.toThrow();
  const state = await findRun(temporal, current.workflowId);
  expect(state).toMatchObject({ status: 'cancelled', progress: { phase: 'cancelled', dryRun: true } });
});

test('a snapshot that is lost costs nothing that was found and repaired before', async () => {
  const { elasticsearch, temporal, config } = stage;
  const lost = await stage.ids(3);
  for (const id of lost) await elasticsearch.delete({ index: stage.alias, id });
  const slow: ReconcileInput = {
    ...{ repair: true, contents: 'none', extent: 'none', bucket: stage.silent.bucket, graceSeconds: 0 },
    ...{ rangeSize: 20 },
  };
  const handle = await startWorkflow(temporal, 'reconcile', config, slow);
  const current = temporal.workflow.getHandle(handle.workflowId);
  const facts = async () => factsOf(await current.query(progressQuery));
  await eventually('a repair', async () => (await facts())['Documents written again'] === 3 || undefined);
  await current.executeUpdate(pauseUpdate);
  const id = await snapshotOf(handle);
  expect(await elasticsearch.closePointInTime({ id })).toMatchObject({ num_freed: expect.any(Number) });
  await current.executeUpdate(resumeUpdate);
  const report = factsOf(await handle.result());
  const { rows } = await stage.postgres.pool.query<{ count: number }>('select count(*)::int from builds');
  expect(report).toMatchObject({
    ...{ Verdict: 'There are differences', Builds: rows[0]?.count, 'Builds without a document': 3 },
    ...{ 'Missing, for example': lost.join(', '), 'Documents written again': 3 },
  });
  expect(await stage.reconciles()).toMatchObject({ Verdict: 'All agrees', 'Builds without a document': 0 });
});

/** The id that Elasticsearch gave the snapshot, as the history of the workflow tells it. */
async function snapshotOf(handle: WorkflowHandle): Promise<string> {
  const { events } = await handle.fetchHistory();
  const results = (events ?? []).flatMap(({ activityTaskCompletedEventAttributes: completed }) =>
    (completed?.result?.payloads ?? []).map(({ data }) =>
      JSON.parse(Buffer.from(data ?? []).toString() || 'null'),
    ),
  );
  const snapshot = results.find((result) => result?.since && result.upTo) as IndexSnapshot | undefined;
  if (!snapshot) throw new Error('The history tells of no snapshot');
  return snapshot.id;
}
