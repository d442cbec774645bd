import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowHandle,
  type WorkflowHandleWithFirstExecutionRunId,
  WorkflowIdReusePolicy,
} from '@temporalio/client';
import type { Retry } from '../activities/retry/find-failures.ts';
import type { ingestMessage } from '../workflows/ingest-message.ts';
import type { RetryFailedInput, retryFailed } from '../workflows/retry/retry-failed.ts';

/**
 * Starts the retry of one object or message, see `retryOfObject` and `retryOfMessage`; one that is open already is
 * joined.
 *
 * @param requestedBy who asked for it, for the memo
 */
export async function startRetry(
  client: Client,
  taskQueue: string,
  { workflowId, input }: Retry,
  requestedBy: string,
): Promise<WorkflowHandle<typeof ingestMessage>> {
  try {
    return await client.workflow.start<typeof ingestMessage>('ingestMessage', {
      workflowId,
      taskQueue,
      args: [input],
      memo: { requestedBy },
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      staticSummary: 'Retry of what has failed',
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return client.workflow.getHandle<typeof ingestMessage>(workflowId);
  }
}

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
