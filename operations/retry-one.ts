import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  type WorkflowHandle,
  WorkflowIdReusePolicy,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { retryOfMessage, retryOfObject } from '../activities/retry/find-failures.ts';
import { findObject } from '../drizzle/queries/objects.ts';
import { findUnreadableMessage } from '../drizzle/queries/unreadable-messages.ts';
import type { ingestMessage, MessageOutcome, MessageSummary } from '../workflows/ingest-message.ts';
import type { OperationContext } from './operation.ts';

/** One failure: an object, which need not be known yet, or the SQS message with this id. */
export type Failure = { readonly bucket: string; readonly key: string } | { readonly messageId: string };

/** The result of one retry. */
export interface RetryResult {
  readonly outcome: MessageOutcome | 'failed';
  /** Why it was not ingested, for people. */
  readonly reason: string | undefined;
}

/**
 * Starts the ingestion of one failure again, or joins the retry that is running already.
 *
 * @param requestedBy who asked for it, for its memo
 * @returns undefined if no unreadable message has this id
 */
export async function retryOne(
  { temporal, database, config }: OperationContext,
  failure: Failure,
  requestedBy: string,
): Promise<WorkflowHandle<typeof ingestMessage> | undefined> {
  let retry: ReturnType<typeof retryOfObject>;
  if ('messageId' in failure) {
    const row = await findUnreadableMessage(database, failure.messageId);
    if (!row) return undefined;
    retry = retryOfMessage(row);
  } else {
    const row = await findObject(database, failure);
    retry = retryOfObject({ ...failure, attempts: row?.attempts ?? 0 });
  }
  const { workflowId, input } = retry;
  try {
    return await temporal.workflow.start<typeof ingestMessage>('ingestMessage', {
      workflowId,
      taskQueue: config.TEMPORAL_TASK_QUEUE,
      args: [input],
      memo: { requestedBy },
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      staticSummary: 'Retry of a failure',
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return temporal.workflow.getHandle<typeof ingestMessage>(workflowId);
  }
}

/** Waits for the result of a retry, whatever it is. */
export async function retryResult(handle: WorkflowHandle<typeof ingestMessage>): Promise<RetryResult> {
  try {
    const { outcome, objects } = await handle.result();
    return { outcome, reason: objects.find((object) => object.outcome === 'missing')?.reason };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const { cause = error } = error;
    const [summary] = (cause instanceof ApplicationFailure ? (cause.details ?? []) : []) as MessageSummary[];
    return { outcome: summary?.outcome ?? 'failed', reason: cause.message };
  }
}
