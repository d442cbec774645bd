import { type FailurePosition, listFailuresToRetry } from '../../drizzle/queries/failures-to-retry.ts';
import { listUnreadableMessages, type MessagePosition } from '../../drizzle/queries/unreadable-messages.ts';
import type { S3ObjectWrite } from '../../schema/s3/s3-object-write.ts';
import { retryWorkflowId } from '../../schema/s3/workflow-id.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { type FailureSelection, messageFilter, objectFilter } from './failure-selection.ts';

/** Objects in one page. */
const maxObjects = 100;

/** Messages in one page, each of which brings its body: up to a megabyte in SQS. */
const maxMessages = 20;

/** Characters of all bodies of a page: a payload of Temporal takes two megabytes. */
const maxBodies = 1_000_000;

/** Where a page ended: first come the objects, then the messages. */
export type RetryPosition =
  | { readonly kind: 'object'; readonly object?: FailurePosition | undefined }
  | { readonly kind: 'message'; readonly message?: MessagePosition | undefined };

/** A failure to be retried: which workflow does it, and what it is told. */
export interface Retry {
  readonly workflowId: string;
  /** As the poller would hand it over. */
  readonly input: {
    readonly messageId: string;
    readonly objects: readonly S3ObjectWrite[];
    readonly unreadableBody?: string;
  };
}

/** Some failures, and where the next page begins; undefined where there is none. */
export interface RetryPage {
  readonly retries: readonly Retry[];
  readonly next?: RetryPosition | undefined;
}

/** What is wanted of {@link RetryPage}. */
export interface RetryPageRequest {
  readonly selection: FailureSelection;
  readonly before: string;
  readonly after: RetryPosition;
}

/** A page of what is to be retried. */
export function makeFindFailures({ database }: Pick<ActivityDependencies, 'database'>) {
  return async function findFailures({ selection, before, after }: RetryPageRequest): Promise<RetryPage> {
    const { objects, messages } = selection;
    if (after.kind === 'object' && objects) {
      const filter = objectFilter(objects);
      const rows = await listFailuresToRetry(database, filter, before, maxObjects, after.object);
      const last = rows.length < maxObjects ? undefined : rows.at(-1);
      return {
        retries: rows.map(retryOfObject),
        next: last ? { kind: 'object', object: last } : { kind: 'message' },
      };
    }
    if (!messages) return { retries: [] };
    const from = after.kind === 'message' ? after.message : undefined;
    const rows = await listUnreadableMessages(database, messageFilter(messages), before, maxMessages, from);
    let size = 0;
    const fitting = rows.filter(({ body }, index) => {
      size += body.length;
      return index === 0 || size <= maxBodies;
    });
    const isLast = rows.length < maxMessages && fitting.length === rows.length;
    const message = fitting.at(-1)?.position;
    return { retries: fitting.map(retryOfMessage), ...(!isLast && { next: { kind: 'message', message } }) };
  };
}

/** How an object is retried: as if S3 had told of it once more. */
export function retryOfObject(row: {
  readonly bucket: string;
  readonly key: string;
  readonly attempts: number;
}): Retry {
  const { bucket, key, attempts } = row;
  const workflowId = retryWorkflowId(`${bucket}/${key}`, attempts);
  return { workflowId, input: { messageId: 'retry', objects: [{ bucket, key }] } };
}

/** How a message is retried: its body is read once more. */
export function retryOfMessage(row: {
  readonly messageId: string;
  readonly body: string;
  readonly attempts: number;
}): Retry {
  const { messageId, body, attempts } = row;
  const workflowId = retryWorkflowId(`message/${messageId}`, attempts);
  return { workflowId, input: { messageId, objects: [], unreadableBody: body } };
}
