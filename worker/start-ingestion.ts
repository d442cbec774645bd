import {
  type Client,
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdReusePolicy,
} from '@temporalio/client';
import { readS3Event, UnreadableMessageError } from '../schema/s3/s3-event.ts';
import type { IgnoreReason } from '../schema/s3/s3-object-write.ts';
import { ingestWorkflowId, unreadableWorkflowId } from '../schema/s3/workflow-id.ts';
import { shortenToBytes } from '../schema/shorten.ts';
import type { IngestMessageInput, ingestMessage } from '../workflows/ingest-message.ts';
import { livePriority } from '../workflows/priorities.ts';

export interface IngestionStarter {
  readonly client: Client;
  readonly taskQueue: string;
  /** Whether Temporal may return the first workflow task to the worker in this process; both must share one connection. */
  readonly eager: boolean;
}

export type PlannedIngestion = { readonly ignored: readonly IgnoreReason[] } & (
  | { readonly kind: 'ingestion'; readonly workflowId: string; readonly input: IngestMessageInput }
  | { readonly kind: 'nothing' }
);

export interface StartResult {
  /** `duplicate`: the same write is being ingested, or was; the message needs nothing more. */
  readonly result: 'started' | 'duplicate';
  /** The worker in this process has the first task already. */
  readonly eagerly: boolean;
}

/** Temporal will never accept this start, however often it is retried. */
export class StartRejectedError extends Error {
  override readonly name = 'StartRejectedError';
}

/** gRPC statuses of a request that is at fault itself, whatever state Temporal is in. */
const INVALID_ARGUMENT = 3;
const OUT_OF_RANGE = 11;
/** Of a server that is busy, but also of a request that is too large for it. */
const RESOURCE_EXHAUSTED = 8;

function isRejection({ code, details }: { readonly code: number; readonly details: string }): boolean {
  if (code === RESOURCE_EXHAUSTED) return /larger than max|too large/i.test(details);
  return code === INVALID_ARGUMENT || code === OUT_OF_RANGE;
}

/**
 * Reads a message: which workflow to start, under which id. A message that cannot be read gets one that says so.
 *
 * @throws {StartRejectedError} for a body that makes this code fail
 */
export function planIngestion(messageId: string, body: string): PlannedIngestion {
  try {
    const { objects, ignored } = readS3Event(body);
    if (objects.length === 0) return { kind: 'nothing', ignored };
    return {
      kind: 'ingestion',
      workflowId: ingestWorkflowId(objects, messageId),
      input: { messageId, objects },
      ignored,
    };
  } catch (error) {
    if (!(error instanceof UnreadableMessageError))
      throw new StartRejectedError(`Cannot read the message: ${error}`, { cause: error });
    return {
      kind: 'ingestion',
      workflowId: unreadableWorkflowId(messageId),
      input: { messageId, objects: [], unreadableBody: body },
      ignored: error.ignored,
    };
  }
}

/**
 * Starts the workflow of a message and returns once Temporal has accepted it. A workflow with the same id that is open
 * or has completed is left alone; one that failed runs again.
 *
 * @throws {StartRejectedError} if the start itself is at fault; any other error can be retried
 */
export async function startIngestion(
  { client, taskQueue, eager }: IngestionStarter,
  { workflowId, input }: Extract<PlannedIngestion, { kind: 'ingestion' }>,
): Promise<StartResult> {
  try {
    const { eagerlyStarted } = await client.withDeadline(Date.now() + 10_000, () =>
      client.workflow.start<typeof ingestMessage>('ingestMessage', {
        workflowId,
        taskQueue,
        args: [input],
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
        requestEagerStart: eager,
        priority: livePriority,
        staticSummary: describe(input),
      }),
    );
    return { result: 'started', eagerly: eagerlyStarted };
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return { result: 'duplicate', eagerly: false };
    if (error instanceof Error && isGrpcServiceError(error.cause) && isRejection(error.cause)) {
      const { details, message } = error.cause;
      throw new StartRejectedError(`Temporal rejects the start of ${workflowId}: ${details || message}`, {
        cause: error,
      });
    }
    throw error;
  }
}

/** The line under the workflow's name in the Temporal UI, which takes up to 400 bytes of JSON. */
function describe({ messageId, objects }: IngestMessageInput): string {
  const [first] = objects;
  if (!first) return `Unreadable SQS message ${messageId}`;
  const more = objects.length > 1 ? ` and ${objects.length - 1} more` : '';
  const key = Buffer.from(first.key).subarray(-200).toString();
  // JSON writes these with up to six bytes each.
  const line = `${first.bucket.slice(0, 63)}: …${key}`.replace(/[\p{Cc}"\\]/gu, '_');
  return `${shortenToBytes(line, 320)}${more}`;
}
