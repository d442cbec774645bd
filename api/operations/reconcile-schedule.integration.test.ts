import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteReconcileSchedule } from '../../operations/reconcile-schedule.ts';
import type { ManagedProcess } from '../../stack/managed-process.ts';
import { startBuildhub } from '../../tests/fixture/buildhub-process.ts';
import { createSandbox, type Sandbox } from '../../tests/fixture/sandbox.ts';
import { operationId } from '../../tests/fixture/start-operations.ts';
import { reconcileScheduleResponse } from './reconcile-schedule-routes.ts';
import { operate, operationsApp } from './testing/operations-app.ts';

const path = '/api/operations/reconcile-schedule';

let sandbox: Sandbox;
let worker: ManagedProcess;
let operator: ReturnType<typeof operate>;

beforeAll(async () => {
  sandbox = await createSandbox();
  worker = await startBuildhub(['worker'], sandbox.env);
  operator = operate(operationsApp(sandbox));
});
afterAll(async () => {
  await deleteReconcileSchedule({ ...sandbox, database: sandbox.postgres.database });
  await worker?.stop();
  await sandbox?.[Symbol.asyncDispose]();
});

const schedule = async () => (await operator.get(path, reconcileScheduleResponse)).schedule;

describe('the reconciliation schedule', () => {
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
    expect(run.progress?.facts).toContainEqual({ label: 'Verdict', value: 'Nothing compared' });
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
