import { databaseTime } from '../../drizzle/queries/build-walks.ts';
import {
  countFailuresToRetry,
  type FailurePosition,
  listFailuresToRetry,
  type ObjectFilter,
  type ObjectRow,
} from '../../drizzle/queries/objects.ts';
import {
  countUnreadableMessages,
  listUnreadableMessages,
  type MessageFilter,
  type MessagePosition,
  type UnreadableMessageRow,
} from '../../drizzle/queries/unreadable-messages.ts';
import type { S3ObjectWrite } from '../../schema/s3/s3-object-write.ts';
import { retryWorkflowId } from '../../schema/s3/workflow-id.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** A filter as plain data; what is left out does not narrow. */
type Plain<Filter> = Omit<Filter, 'from' | 'to'> & {
  /** Tried last at this moment or later, ISO 8601. */
  readonly since?: string | undefined;
};

export interface FailureSelection {
  readonly objects?: Plain<ObjectFilter> | undefined;
  readonly messages?: Plain<MessageFilter> | undefined;
}

function filterOf<Filter>({ since, ...filter }: Plain<Filter>) {
  return { ...filter, from: since === undefined ? undefined : new Date(since) };
}

const maxObjects = 100;

/** Messages in one page, each of which brings its body: up to a megabyte in SQS. */
const maxMessages = 20;

/** Bytes of all bodies of a page, as JSON: a payload of Temporal takes two megabytes. */
const maxBodies = 1_000_000;

/** Where a page ended: first come the objects, then the messages. */
export type RetryPosition =
  | { readonly kind: 'object'; readonly object?: FailurePosition | undefined }
  | { readonly kind: 'message'; readonly message?: MessagePosition | undefined };

export interface Retry {
  readonly workflowId: string;
  /** As the poller would hand it over. */
  readonly input: {
    readonly messageId: string;
    readonly objects: readonly S3ObjectWrite[];
    readonly unreadableBody?: string;
  };
}

/** Some failures, and where the next page begins; undefined after the last page. */
export async function findFailures(
  { database }: ActivityDependencies,
  { selection, before, after }: { selection: FailureSelection; before: string; after: RetryPosition },
): Promise<{ readonly retries: readonly Retry[]; readonly next?: RetryPosition | undefined }> {
  const { objects, messages } = selection;
  if (after.kind === 'object' && objects) {
    const filter = filterOf(objects);
    const rows = await listFailuresToRetry(database, filter, before, maxObjects, after.object);
    const last = rows.length < maxObjects ? undefined : rows.at(-1);
    return {
      retries: rows.map(retryOfObject),
      next: last ? { kind: 'object', object: last } : { kind: 'message' },
    };
  }
  if (!messages) return { retries: [] };
  const from = after.kind === 'message' ? after.message : undefined;
  const rows = await listUnreadableMessages(database, filterOf(messages), before, maxMessages, from);
  let size = 0;
  const fitting = rows.filter(({ body }, index) => {
    size += Buffer.byteLength(JSON.stringify(body));
    return index === 0 || size <= maxBodies;
  });
  const isLast = rows.length < maxMessages && fitting.length === rows.length;
  const message = fitting.at(-1)?.position;
  return { retries: fitting.map(retryOfMessage), ...(!isLast && { next: { kind: 'message', message } }) };
}

/** How an object is retried: as if S3 had sent its event again. */
export function retryOfObject({
  bucket,
  key,
  attempts,
}: Pick<ObjectRow, 'bucket' | 'key' | 'attempts'>): Retry {
  const workflowId = retryWorkflowId(`${bucket}/${key}`, attempts);
  return { workflowId, input: { messageId: 'retry', objects: [{ bucket, key }] } };
}

/** How a message is retried: its body is read again. */
export function retryOfMessage({
  messageId,
  body,
  attempts,
}: Pick<UnreadableMessageRow, 'messageId' | 'body' | 'attempts'>): Retry {
  const workflowId = retryWorkflowId(`message/${messageId}`, attempts);
  return { workflowId, input: { messageId, objects: [], unreadableBody: body } };
}

/** Counts what is to be retried, and draws the line before which it failed by the clock of PostgreSQL: what fails from
 * now on is not part of it. */
export async function countFailures(
  { database }: ActivityDependencies,
  { objects, messages }: FailureSelection,
) {
  const before = await databaseTime(database);
  const counts = await Promise.all([
    objects ? countFailuresToRetry(database, filterOf(objects), before) : 0,
    messages ? countUnreadableMessages(database, filterOf(messages), before) : 0,
  ]);
  return { before, total: counts.reduce((sum, count) => sum + count, 0) };
}
