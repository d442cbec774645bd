import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ManagedProcess } from '../../stack/managed-process.ts';
import { unscheduleReconcile } from '../../temporal/schedule-reconcile.ts';
import { reconcileWorkflowId } from '../../temporal/start-reconcile.ts';
import { startBuildhub } from '../../tests/fixture/buildhub-process.ts';
import { runBuildhub } from '../../tests/fixture/run-buildhub.ts';
import { createSandbox, type Sandbox } from '../../tests/fixture/sandbox.ts';
import { type ReconcileScheduleAnswer, reconcileScheduleAnswer } from './reconcile-schedule-routes.ts';
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
  await unscheduleReconcile(sandbox.temporal, sandbox.config);
  await worker?.stop();
  await sandbox?.[Symbol.asyncDispose]();
});

const schedule = async () =>
  (await operator.get<ReconcileScheduleAnswer>(path, reconcileScheduleAnswer)).schedule;

describe('the schedule of reconciling', () => {
  it('is made, shown, changed as a whole, and taken away; who did it is recorded', async () => {
    expect(await schedule()).toBeNull();
    const made = await operator.act('reconcile-schedule', { every: '6h', repair: true, extent: 'none' });
    expect(made.result).toBe('The schedule is made: every 6h');
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
    expect((await operator.act('reconcile-schedule/remove', {})).result).toBe('The schedule is taken away');
    expect((await operator.act('reconcile-schedule/remove', {})).result).toBe('There was no schedule');
    expect(await schedule()).toBeNull();
    expect((await operator.actions()).slice(0, 4)).toMatchObject([
      { action: 'reconcile.unschedule', result: 'There was no schedule' },
      { action: 'reconcile.unschedule', operator: 'Ada', outcome: 'done' },
      { action: 'reconcile.schedule', parameters: { every: '90m', bucket: 'another' } },
      { action: 'reconcile.schedule', parameters: { every: '6h', repair: true, extent: 'none' } },
    ]);
  });

  it('has its runs told apart from those that somebody has asked for, with their report', async () => {
    await operator.act('reconcile-schedule', { every: '1d', contents: 'none', extent: 'none' });
    const handle = sandbox.temporal.schedule.getHandle(
      reconcileWorkflowId(sandbox.config.ELASTICSEARCH_INDEX),
    );
    await handle.trigger();
    const run = await operator.run('the scheduled run', 'reconcile', ({ ended }) =>
      ended.find(({ is_scheduled }) => is_scheduled),
    );
    expect(run).toMatchObject({ title: 'Reconcile, by the schedule', status: 'done' });
    expect(run.facts).toContainEqual({ label: 'verdict', value: 'all agrees' });
    expect((await schedule())?.last_run_at).toEqual(expect.stringMatching(/^\d{4}/));
    const { workflow_id } = await operator.act('reconciles', { contents: 'none', extent: 'none' });
    expect(await operator.ended(workflow_id, 'reconcile')).toMatchObject({ is_scheduled: false });
  });

  it('goes on by being saved, where somebody has paused it in Temporal', async () => {
    const handle = sandbox.temporal.schedule.getHandle(
      reconcileWorkflowId(sandbox.config.ELASTICSEARCH_INDEX),
    );
    await handle.pause('a test');
    expect(await schedule()).toMatchObject({ is_paused: true, next_run_at: null });
    expect((await runBuildhub(['reconcile', 'schedule'], sandbox.env)).stdout).toContain('it was paused');
    await operator.act('reconcile-schedule', { every: '1d' });
    expect(await schedule()).toMatchObject({ is_paused: false, next_run_at: expect.any(String) });
  });

  it.each([
    [{}, 'every'],
    [{ every: 'often' }, 'every'],
    [{ every: '6h', extent: 'half' }, 'extent'],
    [{ every: '6h', objects: 'none' }, ''],
  ])('is not set by %j', async (body, name) => {
    const response = await operator.post('reconcile-schedule', body);
    expect(response.status).toBe(400);
    const { problems } = (await response.json()) as { problems: { name: string }[] };
    expect(problems.map((problem) => problem.name)).toEqual([name]);
  });

  it('is not set without the token', async () => {
    const refused = await operator.post(
      'reconcile-schedule',
      { every: '1h' },
      { Authorization: 'Bearer no' },
    );
    expect(refused.status).toBe(401);
    const removed = await operator.post('reconcile-schedule/remove', {}, { Authorization: '' });
    expect(removed.status).toBe(401);
    expect(await schedule()).toMatchObject({ every: '1d' });
  });

  it('is not recorded as changed by who only looks at it', async () => {
    const before = await operator.actions();
    await runBuildhub(['reconcile', 'schedule'], sandbox.env);
    expect(await operator.actions()).toEqual(before);
    await runBuildhub(['reconcile', 'schedule', '--remove'], sandbox.env);
    expect((await operator.actions())[0]).toMatchObject({
      action: 'reconcile.schedule',
      via: 'command line',
    });
  });
});
