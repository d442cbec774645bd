import {
  type Client,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type WorkflowHandle,
} from '@temporalio/client';
import type { Config } from '../config/config.ts';
import type { ReconcileInput, reconcile } from '../workflows/reconcile.ts';
import { startAlone } from './start-alone.ts';

type Settings = Pick<Config, 'ELASTICSEARCH_INDEX' | 'TEMPORAL_TASK_QUEUE'>;

/** The id of a reconciliation on demand, and of the schedule; a scheduled one has the time behind it. */
export function reconcileWorkflowId(alias: string): string {
  return `reconcile:${alias}`;
}

/**
 * Starts a reconciliation.
 *
 * @param requestedBy who asked for it, for the memo
 * @throws {OperationRunningError} while another one that was asked for runs
 */
export async function startReconcile(
  client: Client,
  { ELASTICSEARCH_INDEX: alias, TEMPORAL_TASK_QUEUE: taskQueue }: Settings,
  input: ReconcileInput,
  requestedBy: string,
): Promise<WorkflowHandle<typeof reconcile>> {
  const options = { workflowId: reconcileWorkflowId(alias), taskQueue, memo: { requestedBy } };
  return await startAlone('A reconciliation', options, (start) =>
    client.workflow.start<typeof reconcile>('reconcile', {
      ...start,
      args: [input],
      staticSummary: describe(alias, input),
    }),
  );
}

/** When a deployment is reconciled by itself, and how. */
export interface ReconcileSchedule {
  /** As `24 hours`, `30 minutes` or milliseconds. */
  readonly every: string | number;
  readonly input: ReconcileInput;
}

/**
 * Makes or changes the Temporal Schedule that reconciles a deployment. A run that is due while another one goes on is
 * left out.
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
      staticSummary: describe(alias, input),
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP },
  };
  try {
    await client.schedule.getHandle(scheduleId).update((previous) => ({ ...options, state: previous.state }));
    return false;
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    await client.schedule.create({ scheduleId, ...options });
    return true;
  }
}

/** Takes the schedule away; one that does not exist is no fault. */
export async function unscheduleReconcile(
  client: Client,
  { ELASTICSEARCH_INDEX: alias }: Pick<Config, 'ELASTICSEARCH_INDEX'>,
): Promise<void> {
  try {
    await client.schedule.getHandle(reconcileWorkflowId(alias)).delete();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}

/** When the schedule ran last and runs next; undefined where there is none. */
export async function describeReconcileSchedule(
  client: Client,
  { ELASTICSEARCH_INDEX: alias }: Pick<Config, 'ELASTICSEARCH_INDEX'>,
): Promise<{ every: number | undefined; last: Date | undefined; next: Date | undefined } | undefined> {
  try {
    const { spec, info } = await client.schedule.getHandle(reconcileWorkflowId(alias)).describe();
    return {
      every: spec.intervals?.[0]?.every,
      last: info.recentActions.at(-1)?.takenAt,
      next: info.nextActionTimes[0],
    };
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}

/** The line under the workflow's name in the Temporal UI. */
function describe(alias: string, { repair, contents, extent, bucket }: ReconcileInput): string {
  const parts = [
    `index ${alias}`,
    ...(contents === 'none' ? [] : [`contents (${contents})`]),
    ...(extent === 'none' ? [] : [`s3://${bucket} (${extent})`]),
  ];
  return `${repair ? 'Repair' : 'Compare'}: ${parts.join(', ')}`.slice(0, 200);
}
