import { sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';
import { storableText } from '../storable-text.ts';
import { unreadableMessages } from '../tables.ts';

/** An SQS message that is not an S3 event, and the workflow run that said so. */
export interface UnreadableMessage {
  readonly messageId: string;
  readonly body: string;
  readonly reason: string;
  readonly workflowId: string;
  readonly runId: string;
}

/** Keeps a message that cannot be read, with the reason. Another attempt at the same message updates the row. */
export async function recordUnreadableMessage(database: Database, message: UnreadableMessage): Promise<void> {
  const row = { ...message, body: storableText(message.body), reason: storableText(message.reason) };
  await database
    .insert(unreadableMessages)
    .values(row)
    .onConflictDoUpdate({
      target: unreadableMessages.messageId,
      set: {
        ...row,
        lastAttemptAt: sql`clock_timestamp()`,
        attempts: sql`${unreadableMessages.attempts} + (${unreadableMessages.runId} <> excluded.run_id)::int`,
      },
    });
}

/** Forgets a message that could be read after all, as after a fix. Nothing happens where it was never recorded. */
export async function forgetUnreadableMessage(database: Database, messageId: string): Promise<void> {
  await database.delete(unreadableMessages).where(sql`${unreadableMessages.messageId} = ${messageId}`);
}
