import { hash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import type { IndexSnapshot } from '../activities/reconcile/compare-index.ts';
import { listReports } from '../drizzle/queries/operation-reports.ts';
import { s3Objects } from '../drizzle/tables.ts';
import { readBuilds } from '../schema/published-build.ts';
import { ingestWorkflowId } from '../schema/s3/workflow-id.ts';
import type { Progress } from '../workflows/progress.ts';
import type { ReconcileInput } from '../workflows/reconcile/reconcile.ts';
import { pauseUpdate, progressQuery, resumeUpdate } from '../workflows/run-control.ts';
import { eventually } from './fixture/eventually.ts';
import { forAllTests } from './fixture/for-all-tests.ts';
import { documents } from './fixture/messages.ts';
import { createSandbox } from './fixture/sandbox.ts';
import { createSilentBucket, type SilentBucket } from './fixture/silent-bucket.ts';
import { operationId, startWorkflow } from './fixture/start-operations.ts';
import { runWorkerHere } from './fixture/worker-here.ts';
import { factsOf } from './progress-facts.ts';
import { ingestBuild, someBuild, someObjects, storeBuilds, withOtherTable } from './reindex-corpus.ts';

const sandbox = forAllTests(createSandbox);
forAllTests(() => runWorkerHere(sandbox));
let silent: SilentBucket;
let alias: string;

/** In the beginning the table and the index agree. */
beforeAll(async () => {
  silent = await createSilentBucket(sandbox);
  alias = sandbox.config.ELASTICSEARCH_INDEX;
  await storeBuilds(sandbox, someObjects(500, 1));
  await (await startWorkflow(sandbox.temporal, 'reindex', sandbox.config)).result();
});

/** Starts to reconcile the table with the contents of the index, and no bucket, unless the input says otherwise. */
function start(input: Partial<ReconcileInput> = {}) {
  const usual = { repair: false, contents: 'whole', extent: 'none', bucket: silent.bucket, graceSeconds: 0 };
  return startWorkflow(sandbox.temporal, 'reconcile', sandbox.config, { ...usual, ...input });
}

async function progressOf(input?: Partial<ReconcileInput>): Promise<Progress> {
  return await (await start(input)).result();
}

async function reconciles(input?: Partial<ReconcileInput>) {
  return factsOf(await progressOf(input));
}

/** The first ids of builds. */
async function ids(count: number): Promise<string[]> {
  const { rows } = await sandbox.postgres.pool.query<{ id: string }>(
    'select id::text from builds order by builds.id limit $1',
    [count],
  );
  return rows.map(({ id }) => id);
}

async function spoil(id: string): Promise<void> {
  await sandbox.elasticsearch.update({ index: alias, id, doc: { source: { product: 'other' } } });
}

describe('if all agrees', () => {
  test('a reconciliation says so, and its report is kept', async () => {
    const report = await reconciles();
    expect(report).toMatchObject({
      Verdict: 'No differences',
      ...{ 'Builds never indexed': 0, 'Builds without a document': 0 },
      ...{ 'Contents that differ': 0, 'Documents without a build': 0 },
    });
    expect(report.Builds).toBeGreaterThanOrEqual(500);
    expect(report).toMatchObject({ Documents: report.Builds, 'Contents compared': report.Builds });
    const [kept] = await listReports(sandbox.postgres.database, 'reconcile', 1);
    expect(kept).toMatchObject({ workflowId: operationId('reconcile', sandbox.config) });
    expect(factsOf(JSON.parse(kept?.report ?? ''))).toEqual(report);
  });

  test('what is ingested meanwhile is not a difference', async () => {
    const text = await someBuild(sandbox);
    let isOver = false;
    const writing = (async () => {
      for (let count = 0; !isOver; count++) await ingestBuild(sandbox, `v1:meanwhile-${count}`, text);
    })();
    try {
      for (let round = 0; round < 3; round++)
        expect(await reconciles({ graceSeconds: 60 })).toMatchObject({ Verdict: 'No differences' });
    } finally {
      isOver = true;
      await writing;
    }
  });

  test('numbers and empty objects that JavaScript and the index change are not a difference', async () => {
    await sandbox.postgres.pool.query(
      `insert into builds (build_hash, build) values
        ('v1:numbers', '{"build": {"number": 9007199254740993}, "download": {"size": 1.0}, "source": {}}'),
        ('v1:exponent', '{"build": {}, "download": {"size": 1e18}}')`,
    );
    expect(await reconciles({ repair: true })).toMatchObject({
      Verdict: 'There are differences',
      ...{ 'Builds never indexed': 2, 'Of these, indexed now': 2, 'Contents that differ': 0 },
    });
    expect(await reconciles()).toMatchObject({ Verdict: 'No differences' });
  });
});

test('drift of every kind is found, and repaired on request', async () => {
  const [missing = '', differing = '', precise = ''] = await ids(3);
  const { elasticsearch, postgres } = sandbox;
  await elasticsearch.delete({ index: alias, id: missing });
  await spoil(differing);
  await elasticsearch.update({ index: alias, id: precise, doc: { download: { size: 7 } } });
  for (const id of ['900000001', 'no-number', '0']) {
    await elasticsearch.index({ index: alias, id, document: { id: 1, build: { id: 'orphan' } } });
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
  const before = await documents(sandbox);

  const report = await progressOf({ graceSeconds: 60 });
  const { sample, ...repair } = report.repair ?? {};
  expect(repair).toEqual({ repair: true, contents: 'whole', extent: 'none', bucket: silent.bucket });
  expect(factsOf(report)).toMatchObject({
    Verdict: 'There are differences',
    ...{ 'Builds never indexed': 4, 'Of these, indexed now': 0 },
    ...{ 'Builds without a document': 1, 'Missing, for example': missing },
    ...{ 'Contents that differ': 2, 'Differing, for example': `${differing}, ${precise}` },
    ...{ 'Documents without a build': 3, 'Documents deleted': 0, 'Documents written again': 0 },
  });
  expect(await documents(sandbox)).toEqual(before);

  const repaired = await reconciles({ repair: true, graceSeconds: 60 });
  expect(repaired).toMatchObject({
    Verdict: 'There are differences',
    ...{ 'Builds never indexed': 4, 'Of these, indexed now': 3, 'Of these, rejected by Elasticsearch': 1 },
    ...{ 'Builds without a document': 1, 'Contents that differ': 2, 'Documents written again': 3 },
    ...{ 'Documents without a build': 3, 'Documents deleted': 3 },
  });
  expect(Object.values(repaired)).toContainEqual(expect.stringContaining('no date'));
  await postgres.pool.query(`delete from builds where build_hash = 'v1:no-date'`);

  expect(await reconciles({ repair: true })).toMatchObject({
    ...{ 'Builds never indexed': 1, 'Of these, indexed now': 1 },
  });
  expect(await reconciles()).toMatchObject({ Verdict: 'No differences' });
  const after = await documents(sandbox);
  expect(after.get(differing)).not.toHaveProperty('source.product', 'other');
  expect(after.has('no-number')).toBe(false);
});

test('that all agrees is not said of contents that were not compared', async () => {
  const [id = ''] = await ids(1);
  await spoil(id);
  expect(await reconciles({ contents: 'none' })).toMatchObject({
    Verdict: 'No differences in what was compared. Not compared: contents',
    'Contents compared': 0,
  });
  expect(await reconciles({ repair: true })).toMatchObject({
    ...{ 'Contents that differ': 1, 'Documents written again': 1 },
  });
});

test('a sample is never empty, and a repair of the same sample repairs what was reported', async () => {
  const all = await ids(1_000);
  const spoilt = all.slice(100, 140);
  for (const id of spoilt) await spoil(id);
  const input = { contents: 'sample', rangeSize: 1_000 } as const;
  const { repair, ...report } = await progressOf(input);
  const { 'Contents compared': compared, 'Contents that differ': differ, Sample: sample } = factsOf(report);
  expect(compared).toBeGreaterThan(all.length / 40);
  expect(differ).toBe(spoilt.filter((id) => Number(id) % 20 === Number(sample) % 20).length);
  expect(repair).toMatchObject({ repair: true, contents: 'sample', sample: Number(sample) });
  expect(await reconciles({ ...input, repair: true, sample: Number(sample) })).toMatchObject({
    ...{ 'Contents compared': compared, 'Contents that differ': differ, 'Documents written again': differ },
  });
  await reconciles({ repair: true });
  // One range of few rows is compared whole.
  expect(await reconciles({ contents: 'sample', rangeSize: 400 })).toMatchObject({
    Verdict: 'No differences',
  });
});

describe('a repair with another database', () => {
  test.each([
    ['that is empty', [], /documents have no build in the database/],
    [
      'that holds other builds under the same ids',
      [
        `insert into builds select * from builds_before`,
        `update builds set build = '{"build": {"id": "x"}}'`,
      ],
      /documents that were compared differ/,
    ],
  ])('%s changes nothing and says why', async (_, statements, reason) => {
    await silent.put('new/buildhub.json', someObjects(1, 8)[0]?.body ?? '');
    const before = await documents(sandbox);
    await withOtherTable(sandbox, async () => {
      for (const statement of statements) await sandbox.postgres.pool.query(statement);
      for (const contents of ['whole', 'sample'] as const) {
        const report = await progressOf({ repair: true, contents, extent: 'whole' });
        expect(report.problem).toMatch(reason);
        expect(report.repair).toMatchObject({ repair: true, contents, extent: 'whole' });
        expect(factsOf(report)).toMatchObject({
          Verdict: 'There are differences',
          ...{ 'Documents deleted': 0, 'Documents written again': 0, 'Ingestions started': 0 },
        });
      }
    });
    expect(await documents(sandbox)).toEqual(before);
  });

  test('deletes what has no build if that is permitted, which a schedule cannot do', async () => {
    const { temporal, config, elasticsearch } = sandbox;
    for (let id = 800_000_000; id < 800_000_060; id++)
      await elasticsearch.index({ index: alias, id: String(id), document: { id } });
    expect(await reconciles({ repair: true })).toMatchObject({
      ...{ 'Documents without a build': 60, 'Documents deleted': 0 },
    });
    const input = { repair: true, contents: 'none', extent: 'none', bucket: silent.bucket } as const;
    const scheduleId = `${alias}-schedule`;
    const schedule = await temporal.schedule.create({
      scheduleId,
      spec: {},
      action: {
        type: 'startWorkflow',
        workflowType: 'reconcile',
        workflowId: scheduleId,
        taskQueue: config.TEMPORAL_TASK_QUEUE,
        args: [{ ...input, allowMassDeletion: true }],
      },
    });
    await schedule.trigger();
    const run = await eventually('the scheduled run', async () => {
      const { recentActions } = (await schedule.describe()).info;
      const action = recentActions[0]?.action;
      return action?.type === 'startWorkflow' ? action.workflow : undefined;
    });
    const report = await temporal.workflow.getHandle(run.workflowId, run.firstExecutionRunId).result();
    await schedule.delete();
    expect(factsOf(report)).toMatchObject({ 'Documents without a build': 60, 'Documents deleted': 0 });
    expect(await reconciles({ ...input, allowMassDeletion: true })).toMatchObject({
      'Documents deleted': 60,
    });
    expect(await reconciles()).toMatchObject({ Verdict: 'No differences' });
  });
});

describe('the bucket', () => {
  const objects = someObjects(30, 3);
  test.each(['whole', 'sample'] as const)(
    'is compared, here the %s, and what was never seen is ingested',
    async (extent) => {
      await reconciles({ extent: 'whole', repair: true });
      const mine = extent === 'whole' ? objects.slice(0, 20) : objects.slice(20);
      for (const { key, body } of mine) await silent.put(key, body);
      await silent.put('pub/firefox/some.txt', 'not of interest');
      await silent.put(`invalid-${extent}/buildhub.json`, '{}');
      const found = await reconciles({ extent });
      expect(found).toMatchObject({
        Verdict: 'There are differences',
        ...{ 'Objects never seen': mine.length + 1, 'Objects that have changed': 0, 'Ingestions started': 0 },
      });
      const repaired = await reconciles({ extent, repair: true });
      expect(repaired).toMatchObject({
        ...{ 'Ingestions started': mine.length + 1, 'Ingestions that succeeded': mine.length },
        'Ingestions that failed': 1,
      });
      const hashes = mine.flatMap(({ body }) => readBuilds(body).map(({ hash }) => hash));
      const { rows } = await sandbox.postgres.pool.query(
        'select id from builds where build_hash = any($1) and indexed_at is not null',
        [hashes],
      );
      expect(rows).toHaveLength(hashes.length);
      expect(await reconciles({ extent })).toMatchObject({
        Verdict: 'No differences',
        ...{ 'Objects never seen': 0, 'Objects that have changed': 0 },
      });
    },
  );

  test('an object that has changed since it was seen is found', async () => {
    const [first, second] = objects;
    await silent.put(first?.key ?? '', second?.body ?? '');
    const found = await reconciles({ extent: 'whole' });
    expect(found).toMatchObject({
      ...{ 'Objects never seen': 0, 'Objects that have changed': 1 },
      'Never seen or changed, for example': first?.key,
    });
    await reconciles({ extent: 'whole', repair: true });
    const [row] = await sandbox.postgres.database.select().from(s3Objects).where(sql`key = ${first?.key}`);
    expect(row?.outcome).toBe('unchanged');
    expect(await reconciles({ extent: 'whole' })).toMatchObject({ Verdict: 'No differences' });
  });

  test('a pause stops the ingestions; an object that another run is ingesting is no failure', async () => {
    const key = 'elsewhere/buildhub.json';
    await silent.putAll([...someObjects(100, 4), { key, body: '{}' }]);
    const workflowId = ingestWorkflowId([{ bucket: silent.bucket, key, etag: hash('md5', '{}') }]);
    const elsewhere = await sandbox.temporal.workflow.start('ingestMessage', {
      workflowId,
      taskQueue: 'none',
    });
    const handle = await start({ extent: 'whole', repair: true });
    const progress = () => handle.query(progressQuery);
    const startedIn = (progress: Progress) => Number(factsOf(progress)['Ingestions started'] ?? 0);
    await eventually('the first ingestions', async () => startedIn(await progress()) > 0);
    await handle.executeUpdate(pauseUpdate);
    const paused = await eventually('the pause', async () => {
      const now = await progress();
      return now.phase === 'paused' ? now : undefined;
    });
    await sleep(1_000);
    expect(startedIn(await progress())).toBe(startedIn(paused));
    await handle.executeUpdate(resumeUpdate);
    const report = await handle.result();
    expect(startedIn(report)).toBe(101);
    expect(report.problem).toMatch(/^1 objects are still being ingested/);
    await elsewhere.terminate();
  });

  test('that does not exist is a problem, and the rest of the report is there', async () => {
    const report = await progressOf({ extent: 'whole', bucket: 'no-such-bucket' });
    expect(report.problem).toContain('There is no bucket no-such-bucket');
    expect(factsOf(report)).toMatchObject({
      Verdict: 'There are differences',
      'Builds without a document': 0,
    });
  });
});

test('a comparison that is paused and has lost its snapshot begins again', async () => {
  const handle = await start({ rangeSize: 10 });
  const progress = () => handle.query(progressQuery);
  await eventually('some ranges', async () => (await progress()).done > 10);
  await handle.executeUpdate(pauseUpdate);
  const paused = await eventually('the end of what was begun', async () => {
    const now = await progress();
    return now.phase === 'paused' ? now : undefined;
  });
  expect(factsOf(paused)).toMatchObject({ Verdict: 'Comparison incomplete' });
  const id = await snapshotOf(handle);
  expect(await sandbox.elasticsearch.closePointInTime({ id })).toMatchObject({
    num_freed: expect.any(Number),
  });
  await handle.executeUpdate(resumeUpdate);
  expect(factsOf(await handle.result())).toMatchObject({ Verdict: 'No differences', done: paused.total });
});

/** The id that Elasticsearch gave the snapshot, as the history of the workflow shows it. */
async function snapshotOf(handle: WorkflowHandle): Promise<string> {
  const { events } = await handle.fetchHistory();
  const results = (events ?? []).flatMap(({ activityTaskCompletedEventAttributes: completed }) =>
    (completed?.result?.payloads ?? []).map(({ data }) =>
      JSON.parse(Buffer.from(data ?? []).toString() || 'null'),
    ),
  );
  const snapshot = results.find((result) => result?.since && result.upTo) as IndexSnapshot | undefined;
  if (!snapshot) throw new Error('The history shows no snapshot');
  return snapshot.id;
}
