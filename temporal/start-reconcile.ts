import type { Client, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import type { Config } from '../config/config.ts';
import type { ReconcileInput, reconcile } from '../workflows/reconcile/reconcile.ts';
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
): Promise<WorkflowHandleWithFirstExecutionRunId<typeof reconcile>> {
  const options = { workflowId: reconcileWorkflowId(alias), taskQueue, memo: { requestedBy } };
  return await startAlone('A reconciliation', options, (start) =>
    client.workflow.start<typeof reconcile>('reconcile', {
      ...start,
      args: [input],
      staticSummary: describeReconcile(alias, input),
    }),
  );
}

/** The line under the workflow's name in the Temporal UI. */
export function describeReconcile(
  alias: string,
  { repair, contents, extent, bucket }: ReconcileInput,
): string {
  const parts = [
    `index ${alias}`,
    ...(contents === 'none' ? [] : [`contents (${contents})`]),
    ...(extent === 'none' ? [] : [`s3://${bucket} (${extent})`]),
  ];
  return `${repair ? 'Repair' : 'Compare'}: ${parts.join(', ')}`.slice(0, 200);
}
