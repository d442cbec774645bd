import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { WorkflowHandle } from '@temporalio/client';
import pMap from 'p-map';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { IndexSnapshot } from '../activities/reconcile/index-snapshot.ts';
import { listReports } from '../drizzle/queries/operation-reports.ts';
import {
  describeReconcileSchedule,
  scheduleReconcile,
  unscheduleReconcile,
} from '../temporal/schedule-reconcile.ts';
import { reconcileWorkflowId, startReconcile } from '../temporal/start-reconcile.ts';
import type { ReconcileInput } from '../workflows/reconcile.ts';
import type { ReconcileReport } from '../workflows/reconcile-report.ts';
import { eventually } from './fixture/eventually.ts';
import { openReconcileStage, type ReconcileStage } from './reconcile-stage.ts';
import { someObjects } from './reindex-corpus.ts';

let stage: ReconcileStage;
beforeAll(async () => {
  stage = await openReconcileStage(1_000);
});
afterAll(async () => {
  await unscheduleReconcile(stage.temporal, stage.config);
  await stage[Symbol.asyncDispose]();
});

test('goes on over many runs of the workflow, and its report is that of one', async () => {
  const { elasticsearch, temporal, s3 } = stage;
  const bucket = `${stage.alias}-large`;
  await s3.send(
    new CreateBucketCommand({
      Bucket: bucket,
      CreateBucketConfiguration: { LocationConstraint: 'us-west-2' },
    }),
  );
  const [build] = someObjects(1, 5);
  const keys = Array.from({ length: 2_500 }, (_, at) => `${String(at).padStart(4, '0')}.txt`);
  const matched = ['0100/buildhub.json', '1500/buildhub.json', '2400/buildhub.json'];
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
  const { seconds: _, ...whole } = await stage.reconciles(input);
  expect(whole).toMatchObject({
    index: { missing: 1, differing: 1, orphans: { found: 1 } },
    bucket: { listed: 2_503, matched: 3, unseen: 3, examples: matched },
  });

  const small: ReconcileInput = {
    ...input,
    repair: false,
    contents: 'whole',
    graceSeconds: 0,
    maxHistory: 12,
  };
  const handle = await startReconcile(temporal, stage.config, small, 'a test');
  const { seconds, ...continued } = await handle.result();
  expect(continued).toEqual(whole);
  expect(seconds).toBeGreaterThan(0);
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
    index: { repaired: 2, orphans: { deleted: 1 } },
    bucket: { started: 3, ingested: 3 },
  });
  expect(await stage.reconciles(input)).toMatchObject({ agrees: true });
});

test('is paused, resumed and cancelled, also from the command line', async () => {
  const { temporal, config } = stage;
  const command = (...args: string[]) => stage.command('reconcile', ...args);
  const slow: ReconcileInput = {
    ...{ repair: false, contents: 'whole', extent: 'none', bucket: stage.silent.bucket, graceSeconds: 0 },
    ...{ rangeSize: 2, maxHistory: 200 },
  };
  const handle = await startReconcile(temporal, config, slow, 'a test');
  const progress = () => temporal.workflow.getHandle(handle.workflowId).query<ReconcileReport>('progress');
  const compared = async () => (await progress()).index?.rows ?? 0;
  await eventually('some ranges', async () => ((await compared()) > 10 ? true : undefined));
  expect(await command('pause')).toMatchObject({ code: 0, stdout: expect.stringContaining('pausing') });
  const shown = await command('status');
  expect(shown.stdout).toContain('still comparing');
  expect(shown.stdout).toContain('index (paused): ');
  const paused = await eventually('the end of what was begun', async () => {
    const before = await compared();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    return (await compared()) === before ? before : undefined;
  });
  expect(await command('resume', handle.workflowId)).toMatchObject({ code: 0 });
  await eventually('more ranges', async () => ((await compared()) > paused ? true : undefined));
  expect(await command('cancel')).toMatchObject({ code: 0 });
  expect(await command('status', '--watch')).toMatchObject({ code: 4 });
});

test('a snapshot that is lost costs nothing that was found and repaired before', async () => {
  const { elasticsearch, temporal, config } = stage;
  const lost = await stage.ids(3);
  for (const id of lost) await elasticsearch.delete({ index: stage.alias, id });
  const slow: ReconcileInput = {
    ...{ repair: true, contents: 'none', extent: 'none', bucket: stage.silent.bucket, graceSeconds: 0 },
    ...{ rangeSize: 20 },
  };
  const handle = await startReconcile(temporal, config, slow, 'a test');
  const current = temporal.workflow.getHandle(handle.workflowId);
  const index = async () => (await current.query<ReconcileReport>('progress')).index;
  await eventually('a repair', async () => (((await index())?.repaired ?? 0) === 3 ? true : undefined));
  await current.signal('pause');
  const id = await snapshotOf(handle);
  expect(await elasticsearch.closePointInTime({ id })).toMatchObject({ num_freed: expect.any(Number) });
  await current.signal('resume');
  expect(await handle.result()).toMatchObject({
    agrees: false,
    index: { rows: (await index())?.rows, missing: 3, missingExamples: lost, repaired: 3 },
  });
  expect(await stage.reconciles()).toMatchObject({ agrees: true, index: { missing: 0 } });
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

test('a schedule reconciles by itself, can be changed, and is gone when it is taken away', async () => {
  const input: ReconcileInput = {
    repair: true,
    contents: 'none',
    extent: 'none',
    bucket: stage.silent.bucket,
  };
  const { temporal, config, postgres } = stage;
  expect(await scheduleReconcile(temporal, config, { every: '2 hours', input })).toBe(true);
  expect(await scheduleReconcile(temporal, config, { every: '3 hours', input })).toBe(false);
  expect(await describeReconcileSchedule(temporal, config)).toMatchObject({ every: 10_800_000, input });
  await temporal.schedule.getHandle(reconcileWorkflowId(stage.alias)).trigger();
  const report = await eventually('the report of the scheduled run', async () => {
    const reports = await listReports(postgres.database, 'reconcile', 5);
    return reports.find(({ workflowId }) => workflowId.startsWith(`${reconcileWorkflowId(stage.alias)}-`));
  });
  expect(JSON.parse(report.report)).toMatchObject({ repair: true, agrees: true });
  await unscheduleReconcile(temporal, config);
  expect(await describeReconcileSchedule(temporal, config)).toBeUndefined();
  await unscheduleReconcile(temporal, config);
});
