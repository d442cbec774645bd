import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteReconcileSchedule } from '../../operations/reconcile-schedule.ts';
import { eventually } from '../../tests/fixture/eventually.ts';
import { forAllTests } from '../../tests/fixture/for-all-tests.ts';
import { outcomeOf } from '../../tests/fixture/messages.ts';
import { createSilentBucket, type SilentBucket } from '../../tests/fixture/silent-bucket.ts';
import { operationId } from '../../tests/fixture/start-operations.ts';
import { createWorkingSandbox } from '../../tests/fixture/working-sandbox.ts';
import { reconcileScheduleResponse } from './reconcile-schedule-routes.ts';
import { runList } from './run-routes.ts';
import { operate, operationsApp } from './testing/operations-app.ts';

const sandbox = forAllTests(() => createWorkingSandbox(12));
let silent: SilentBucket;
let operator: ReturnType<typeof operate>;

beforeAll(async () => {
  operator = operate(operationsApp(sandbox));
  silent = await createSilentBucket(sandbox);
});

describe('backfills', () => {
  it('start with a dry run, then for real, and are listed with operator and input', async () => {
    await silent.put('pub/x/buildhub.json', sandbox.freshBuild());
    const body = { bucket: silent.bucket, prefix: 'pub/' };
    const dry = await operator.act('backfill/start', { ...body, dry_run: true, validate: true });
    const dryRun = await operator.ended(dry.workflow_id, 'backfill');
    expect(dryRun).toMatchObject({ status: 'done', requested_by: 'Ada', input: { ...body, dry_run: true } });
    expect(dryRun.progress).toMatchObject({ dry_run: true, done: 1 });
    expect(dryRun.progress?.facts).toContainEqual({ label: 'New', value: 1 });
    const real = await operator.act('backfill/start', { ...body, keys: ['pub/x/buildhub.json'] });
    const run = await operator.ended(real.workflow_id, 'backfill');
    expect(run).toMatchObject({ status: 'done', title: `Backfill of 1 keys of s3://${silent.bucket}/pub/*` });
    expect(run.progress?.facts).toContainEqual({ label: 'Builds inserted', value: 1 });
    const keys = Array.from({ length: 500 }, (_, at) => `pub/none/${at}/buildhub.json`);
    const long = await operator.act('backfill/start', { ...body, keys, dry_run: true });
    expect(await operator.ended(long.workflow_id, 'backfill')).toMatchObject({ status: 'done', input: null });
    expect((await operator.actions())[1]?.parameters).toMatchObject({
      prefix: 'pub/',
      keys: ['pub/x/buildhub.json'],
    });
  });

  it('are paused, limited, resumed and cancelled', async () => {
    for (let at = 0; at < 30; at++) await silent.put(`slow/${at}/buildhub.json`, '{"build": {}}');
    const slow = { bucket: silent.bucket, prefix: 'slow/', rate_limit: 0.5 };
    const { workflow_id } = await operator.act('backfill/start', slow);
    const control = (body: object) => operator.act('runs/control', { workflow_id, ...body });
    const found = async (status: string) =>
      await eventually(`a run that is ${status}`, async () => {
        const { running } = await operator.get('/api/operations/runs?name=backfill', runList);
        return running.find((run) => run.workflow_id === workflow_id && run.status === status);
      });
    expect((await found('running')).commands).toEqual(['pause', 'cancel', 'limit']);
    await control({ command: 'limit', per_second: 1 });
    await control({ command: 'pause' });
    const paused = await found('paused');
    expect(paused.progress).toMatchObject({ unit: 'keys', rate_limit: 1 });
    expect(paused.commands).toContain('resume');
    await control({ command: 'resume' });
    await found('running');
    await control({ command: 'cancel' });
    expect(await operator.ended(workflow_id, 'backfill')).toMatchObject({ status: 'cancelled' });
    const late = await operator.post('runs/control', { workflow_id, command: 'pause' });
    expect(late.status).toBe(409);
  });

  it('are the only runs that take commands: no ingestion can be cancelled', async () => {
    await sandbox.put('one/buildhub.json', sandbox.freshBuild());
    const { workflowId } = await outcomeOf(sandbox, 'one/buildhub.json');
    const response = await operator.post('runs/control', { workflow_id: workflowId, command: 'cancel' });
    expect(response.status).toBe(409);
    expect(((await response.json()) as { error: string }).error).toContain('is not an operation');
  });
});

describe('the reconciliation schedule', () => {
  const schedule = async () =>
    (await operator.get('/api/operations/reconcile-schedule', reconcileScheduleResponse)).schedule;

  afterAll(() => deleteReconcileSchedule({ ...sandbox, database: sandbox.postgres.database }));

  it('is created, shown, replaced and deleted, and the operator is recorded', async () => {
    expect(await schedule()).toBeNull();
    const made = await operator.act('reconcile-schedule', { every: '6h', repair: true, extent: 'none' });
    expect(made.result).toBe('The schedule is created: every 6h');
    expect(await schedule()).toEqual({
      every: '6h',
      repair: true,
      contents: 'sample',
      extent: 'none',
      bucket: sandbox.config.S3_BUCKET,
      is_paused: false,
      last_run_at: null,
      next_run_at: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T/),
    });
    const changed = await operator.act('reconcile-schedule', { every: '90m', bucket: 'another' });
    expect(changed.result).toBe('The schedule is changed: every 90m');
    expect(await schedule()).toMatchObject({
      every: '90m',
      repair: false,
      extent: 'sample',
      bucket: 'another',
    });
    expect((await operator.act('reconcile-schedule/remove', {})).result).toBe('The schedule is deleted');
    expect((await operator.act('reconcile-schedule/remove', {})).result).toBe('There is no schedule');
    expect(await schedule()).toBeNull();
    expect((await operator.actions()).slice(0, 4)).toMatchObject([
      { action: 'reconcile-schedule.delete', result: 'There is no schedule' },
      { action: 'reconcile-schedule.delete', operator: 'Ada', outcome: 'done' },
      { action: 'reconcile-schedule.set', parameters: { every: '90m', bucket: 'another' } },
      { action: 'reconcile-schedule.set', parameters: { every: '6h', repair: true, extent: 'none' } },
    ]);
  });

  it('marks its runs as scheduled, unlike those that an operator has started', async () => {
    await operator.act('reconcile-schedule', { every: '1d', contents: 'none', extent: 'none' });
    const handle = sandbox.temporal.schedule.getHandle(operationId('reconcile', sandbox.config));
    await handle.trigger();
    const run = await operator.run('the scheduled run', 'reconcile', ({ finished }) =>
      finished.find(({ is_scheduled }) => is_scheduled),
    );
    expect(run).toMatchObject({ title: expect.stringMatching(/, by the schedule$/), status: 'done' });
    expect((await schedule())?.last_run_at).toEqual(expect.stringMatching(/^\d{4}/));
    const { workflow_id } = await operator.act('reconcile/start', { contents: 'none', extent: 'none' });
    expect(await operator.ended(workflow_id, 'reconcile')).toMatchObject({ is_scheduled: false });
  });

  it('is resumed by saving it if it was paused in Temporal', async () => {
    const handle = sandbox.temporal.schedule.getHandle(operationId('reconcile', sandbox.config));
    await handle.pause('a test');
    expect(await schedule()).toMatchObject({ is_paused: true, next_run_at: null });
    await operator.act('reconcile-schedule', { every: '1d' });
    expect(await schedule()).toMatchObject({ is_paused: false, next_run_at: expect.any(String) });
  });

  it.each([
    [{}, 'every'],
    [{ every: '6h', repair: true, allow_mass_deletion: true }, ''],
  ])('is not set by %j', async (body, name) => {
    const response = await operator.post('reconcile-schedule', body);
    expect(response.status).toBe(400);
    const { problems } = (await response.json()) as { problems: { name: string }[] };
    expect(problems.map((problem) => problem.name)).toEqual([name]);
  });
});
