import type { Client, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import type { RetryFailedInput, retryFailed } from '../workflows/retry-failed.ts';

/**
 * Starts the retrying of failures and returns once Temporal has accepted it. Its id is `retry-failed@TIME`.
 *
 * @param requestedBy who asked for it, for the memo
 */
export async function startRetryFailed(
  client: Client,
  taskQueue: string,
  input: RetryFailedInput,
  requestedBy: string,
): Promise<WorkflowHandleWithFirstExecutionRunId<typeof retryFailed>> {
  return await client.workflow.start<typeof retryFailed>('retryFailed', {
    workflowId: `retry-failed@${new Date().toISOString()}`,
    taskQueue,
    args: [input],
    memo: { requestedBy },
    staticSummary: 'Retry of what has failed',
  });
}
