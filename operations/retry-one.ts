import { ListObjectsV2Command, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  type WorkflowHandle,
  WorkflowIdReusePolicy,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { retryOfMessage, retryOfObject } from '../activities/retry/find-failures.ts';
import type { Database } from '../drizzle/connect.ts';
import { findObject } from '../drizzle/queries/objects.ts';
import { findUnreadableMessage } from '../drizzle/queries/unreadable-messages.ts';
import { isBucketName, keyProblem } from '../schema/s3/object-key.ts';
import type { ingestMessage, MessageOutcome, MessageSummary } from '../workflows/ingest-message.ts';
import { operationPriority } from '../workflows/priorities.ts';
import { NotFoundError, type OperationContext } from './operation.ts';

/** One failure: an object, which need not be known yet, or the SQS message with this id. */
export type Failure = { readonly bucket: string; readonly key: string } | { readonly messageId: string };

export interface RetryResult {
  readonly outcome: MessageOutcome | 'failed';
  /** Why it was not ingested, for people. */
  readonly reason: string | undefined;
}

/**
 * Starts the ingestion of one failure again, or joins the retry that is running already.
 *
 * @param requestedBy the operator, for its memo
 * @throws {NotFoundError} if no unreadable message has this id, or the object was never seen and is not in S3: a
 *   mistyped key must not become a failure of its own
 */
export async function retryOne(
  { temporal, database, config, s3 }: OperationContext & { readonly s3: S3Client },
  failure: Failure,
  requestedBy: string,
): Promise<WorkflowHandle<typeof ingestMessage>> {
  const { workflowId, input } =
    'messageId' in failure
      ? await findMessage(database, failure.messageId)
      : await findRetry(database, s3, failure);
  try {
    return await temporal.workflow.start<typeof ingestMessage>('ingestMessage', {
      workflowId,
      taskQueue: config.TEMPORAL_TASK_QUEUE,
      args: [input],
      priority: operationPriority,
      memo: { requestedBy },
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      staticSummary: 'Retry of a failure',
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return temporal.workflow.getHandle<typeof ingestMessage>(workflowId);
  }
}

async function findMessage(database: Database, messageId: string) {
  const row = await findUnreadableMessage(database, messageId);
  if (!row) throw new NotFoundError(`No unreadable message has the id ${messageId}.`);
  return retryOfMessage(row);
}

async function findRetry(database: Database, s3: S3Client, object: { bucket: string; key: string }) {
  const row = await findObject(database, object);
  if (!row && !(await isInBucket(s3, object)))
    throw new NotFoundError(
      `No ingestion of s3://${object.bucket}/${object.key} is recorded, and S3 has no such object. Check the bucket and the key.`,
    );
  return retryOfObject({ ...object, attempts: row?.attempts ?? 0 });
}

/** Lists it rather than reading it, which is all that the API is allowed to do. */
async function isInBucket(s3: S3Client, { bucket, key }: { bucket: string; key: string }): Promise<boolean> {
  if (!isBucketName(bucket) || keyProblem(key) !== undefined) return false;
  try {
    const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: key, MaxKeys: 1 });
    const { Contents = [] } = await s3.send(command);
    return Contents[0]?.Key === key;
  } catch (error) {
    if (error instanceof S3ServiceException && error.name === 'NoSuchBucket') return false;
    throw error;
  }
}

/** What the audit log says of a retry with a result. */
export function actionOutcome({ outcome }: RetryResult): 'done' | 'failed' {
  return outcome === 'ingested' || outcome === 'unchanged' ? 'done' : 'failed';
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
    // The message of the run names its objects, of which this has one.
    const reason = summary?.objects?.find((object) => object.reason)?.reason ?? cause.message;
    return { outcome: summary?.outcome ?? 'failed', reason };
  }
}
