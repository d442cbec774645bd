import { ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client';
import { operationPriority } from '../workflows/priorities.ts';
import type { ReconcileInput } from '../workflows/reconcile/reconcile.ts';
import { prepareContext } from './key-lists.ts';
import type { ActionResult, OperationContext } from './operation.ts';
import { operationNamed } from './registry.ts';
import { formatDuration, parseDuration } from './time-input.ts';

const reconcile = operationNamed('reconcile');

/**
 * Creates or replaces the Temporal Schedule that reconciles the deployment, and resumes it if it was paused in Temporal.
 * A run that is due while another one is running is skipped.
 *
 * @param every such as `6h`
 * @param input valid by the schema of the operation
 */
export async function setReconcileSchedule(
  context: OperationContext,
  every: string,
  input: Readonly<Record<string, unknown>>,
): Promise<ActionResult> {
  const { temporal, config } = context;
  const scheduleId = reconcile.workflowId(input, config);
  const title = `${reconcile.summary(input, config)}, by the schedule`;
  const prepared = await reconcile.prepare(input, prepareContext(context));
  const options = {
    spec: { intervals: [{ every: parseDuration(every) as number }] },
    action: {
      type: 'startWorkflow' as const,
      workflowType: reconcile.workflowType,
      workflowId: scheduleId,
      taskQueue: config.TEMPORAL_TASK_QUEUE,
      args: [prepared.input],
      priority: operationPriority,
      memo: { requestedBy: 'the schedule', title },
      staticSummary: title.slice(0, 100),
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP },
  };
  try {
    await temporal.schedule
      .getHandle(scheduleId)
      .update((previous) => ({ ...options, state: { ...previous.state, paused: false } }));
    return { result: `The schedule is changed: every ${every}` };
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    await temporal.schedule.create({ scheduleId, ...options });
    return { result: `The schedule is created: every ${every}` };
  }
}

/** Deletes the schedule if it exists. A run that it has started continues. */
export async function deleteReconcileSchedule(context: OperationContext): Promise<ActionResult> {
  const deleted = await unlessMissing(() =>
    scheduleHandle(context)
      .delete()
      .then(() => true),
  );
  return { result: deleted ? 'The schedule is deleted' : 'There is no schedule' };
}

/** Reads the schedule as programs read it; undefined if it does not exist. `every` is null for other times set in Temporal. */
export async function readReconcileSchedule(context: OperationContext) {
  const found = await unlessMissing(() => scheduleHandle(context).describe());
  if (!found) return undefined;
  const { spec, info, action, state } = found;
  const [input] = (action.type === 'startWorkflow' ? (action.args ?? []) : []) as ReconcileInput[];
  const every = spec.intervals?.[0]?.every;
  return {
    every: every === undefined ? null : formatDuration(every),
    repair: input?.repair ?? null,
    contents: input?.contents ?? null,
    extent: input?.extent ?? null,
    bucket: input?.bucket ?? null,
    is_paused: state.paused,
    last_run_at: info.recentActions.at(-1)?.takenAt ?? null,
    next_run_at: (state.paused ? undefined : info.nextActionTimes[0]) ?? null,
  };
}

function scheduleHandle({ temporal, config }: OperationContext) {
  return temporal.schedule.getHandle(reconcile.workflowId({}, config));
}

async function unlessMissing<T>(request: () => Promise<T>): Promise<T | undefined> {
  try {
    return await request();
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}
