import { type Client, ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client';
import type { Config } from '../config/config.ts';
import type { ReconcileInput } from '../workflows/reconcile/reconcile.ts';
import { describeReconcile, reconcileWorkflowId } from './start-reconcile.ts';

type Settings = Pick<Config, 'ELASTICSEARCH_INDEX' | 'TEMPORAL_TASK_QUEUE'>;

/** When a deployment is reconciled by itself, and how. */
export interface ReconcileSchedule {
  /** As `24 hours`, `30 minutes` or milliseconds. */
  readonly every: string | number;
  readonly input: ReconcileInput;
}

/**
 * Makes or changes the Temporal Schedule that reconciles a deployment, and lets it go on where somebody had paused it
 * in Temporal. A run that is due while another one goes on is left out.
 *
 * @returns whether the schedule was made, and not changed
 */
export async function scheduleReconcile(
  client: Client,
  { ELASTICSEARCH_INDEX: alias, TEMPORAL_TASK_QUEUE: taskQueue }: Settings,
  { every, input }: ReconcileSchedule,
): Promise<boolean> {
  const scheduleId = reconcileWorkflowId(alias);
  const options = {
    spec: { intervals: [{ every: every as number }] },
    action: {
      type: 'startWorkflow' as const,
      workflowType: 'reconcile',
      workflowId: scheduleId,
      taskQueue,
      args: [input],
      memo: { requestedBy: 'the schedule' },
      staticSummary: describeReconcile(alias, input),
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP },
  };
  try {
    await client.schedule
      .getHandle(scheduleId)
      .update((previous) => ({ ...options, state: { ...previous.state, paused: false } }));
    return false;
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    await client.schedule.create({ scheduleId, ...options });
    return true;
  }
}

/**
 * Takes the schedule away; one that does not exist is no fault. A run that it has started goes on.
 *
 * @returns whether there was one
 */
export async function unscheduleReconcile(
  client: Client,
  { ELASTICSEARCH_INDEX: alias }: Pick<Config, 'ELASTICSEARCH_INDEX'>,
): Promise<boolean> {
  try {
    await client.schedule.getHandle(reconcileWorkflowId(alias)).delete();
    return true;
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    return false;
  }
}

/** What is known of the schedule. */
export interface ReconcileScheduleState {
  /** Milliseconds; undefined where somebody has given it other times in Temporal. */
  readonly every: number | undefined;
  /** How it reconciles; undefined where Temporal does not tell. */
  readonly input: ReconcileInput | undefined;
  /** Whether somebody has paused it in Temporal. */
  readonly isPaused: boolean;
  readonly last: Date | undefined;
  readonly next: Date | undefined;
}

/** When the schedule ran last and runs next, and how; undefined where there is none. */
export async function describeReconcileSchedule(
  client: Client,
  { ELASTICSEARCH_INDEX: alias }: Pick<Config, 'ELASTICSEARCH_INDEX'>,
): Promise<ReconcileScheduleState | undefined> {
  try {
    const { spec, info, action, state } = await client.schedule
      .getHandle(reconcileWorkflowId(alias))
      .describe();
    const [input] = (action.type === 'startWorkflow' ? (action.args ?? []) : []) as ReconcileInput[];
    return {
      every: spec.intervals?.[0]?.every,
      input,
      isPaused: state.paused,
      last: info.recentActions.at(-1)?.takenAt,
      next: state.paused ? undefined : info.nextActionTimes[0],
    };
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}
