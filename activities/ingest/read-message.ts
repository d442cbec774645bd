import { forgetUnreadableMessage } from '../../drizzle/queries/unreadable-messages.ts';
import { readS3Event, UnreadableMessageError } from '../../schema/s3/s3-event.ts';
import type { S3ObjectWrite } from '../../schema/s3/s3-object-write.ts';
import { ingestWorkflowId } from '../../schema/s3/workflow-id.ts';
import { shorten } from '../../schema/shorten.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { maxReason } from './validate.ts';

/** The writes that a message reports, and what of it cannot be read, if anything. */
export interface MessageContent {
  readonly objects: readonly S3ObjectWrite[];
  readonly problem?: string;
}

/**
 * The activity `readMessage`: reads the body of a message that the poller could not read. The run may be a retry after
 * a fix; and one bad record must not hide the others.
 */
export async function readMessage(
  { database }: ActivityDependencies,
  { messageId, body }: { readonly messageId: string; readonly body: string },
): Promise<MessageContent> {
  try {
    const { objects } = readS3Event(body);
    await forgetUnreadableMessage(database, messageId);
    return { objects };
  } catch (error) {
    if (!(error instanceof UnreadableMessageError)) throw error;
    return { objects: error.objects, problem: shorten(error.problems.join('; '), maxReason) };
  }
}

/**
 * The activity `nameParts`: the workflow ids under which the parts of a message are ingested, which are those of a message
 * with only these objects. Workflows themselves cannot make hashes.
 */
export async function nameParts({
  messageId,
  parts,
}: {
  readonly messageId: string;
  readonly parts: readonly (readonly S3ObjectWrite[])[];
}) {
  return parts.map((objects) => ingestWorkflowId(objects, messageId));
}
