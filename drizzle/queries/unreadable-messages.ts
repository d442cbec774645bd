import { and, asc, desc, eq, getTableColumns, gte, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';
import { storableText } from '../storable-text.ts';
import { unreadableMessages } from '../tables.ts';

export type UnreadableMessageRow = typeof unreadableMessages.$inferSelect;

/** Which messages are meant. What is left out does not narrow. */
export interface MessageFilter {
  readonly messageId?: string | undefined;
  /** A part of the reason, in any case. */
  readonly reason?: string | undefined;
  /** First moment of the last attempt. */
  readonly from?: Date | undefined;
}

export interface MessagePosition {
  readonly messageId: string;
  /** As PostgreSQL writes it, to the microsecond. */
  readonly lastAttemptAt: string;
}

/**
 * A page of unreadable messages, the one that was tried the longest ago first.
 *
 * @param before only those that were tried last before this moment; as PostgreSQL writes it
 * @param after position of the last row of the previous page
 */
export async function listUnreadableMessages(
  database: Database,
  filter: MessageFilter,
  before: string,
  limit: number,
  after?: MessagePosition,
) {
  const { lastAttemptAt, messageId } = unreadableMessages;
  const beyond =
    after &&
    sql`(${lastAttemptAt}, ${messageId}) > (${after.lastAttemptAt}::timestamptz, ${after.messageId})`;
  return await database
    .select({
      ...getTableColumns(unreadableMessages),
      position: { messageId, lastAttemptAt: sql<string>`${lastAttemptAt}::text` },
    })
    .from(unreadableMessages)
    .where(and(conditions(filter, before), beyond))
    .orderBy(asc(lastAttemptAt), asc(messageId))
    .limit(limit);
}

/** The messages that were tried last, the newest first. */
export async function newestUnreadableMessages(
  database: Database,
  filter: MessageFilter,
  limit: number,
): Promise<UnreadableMessageRow[]> {
  const { lastAttemptAt, messageId } = unreadableMessages;
  return await database
    .select()
    .from(unreadableMessages)
    .where(conditions(filter, 'infinity'))
    .orderBy(desc(lastAttemptAt), desc(messageId))
    .limit(limit);
}

/** How many messages {@link listUnreadableMessages} has in all its pages. */
export async function countUnreadableMessages(
  database: Database,
  filter: MessageFilter,
  before = 'infinity',
): Promise<number> {
  return await database.$count(unreadableMessages, conditions(filter, before));
}

function conditions({ messageId, reason, from }: MessageFilter, before: string): SQL | undefined {
  return and(
    messageId === undefined ? undefined : eq(unreadableMessages.messageId, messageId),
    reason === undefined ? undefined : sql`strpos(lower(${unreadableMessages.reason}), lower(${reason})) > 0`,
    from && gte(unreadableMessages.lastAttemptAt, from),
    sql`${unreadableMessages.lastAttemptAt} < ${before}::timestamptz`,
  );
}

/** Keeps a message that cannot be read, with the reason. Another attempt at the same message updates the row. */
export async function recordUnreadableMessage(
  database: Database,
  message: Pick<UnreadableMessageRow, 'messageId' | 'body' | 'reason' | 'workflowId' | 'runId'>,
): Promise<void> {
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

/** Forgets a message that could be read after all, as after a fix. Nothing happens if it was never recorded. */
export async function forgetUnreadableMessage(database: Database, messageId: string): Promise<void> {
  await database.delete(unreadableMessages).where(sql`${unreadableMessages.messageId} = ${messageId}`);
}

export type RecentMessage = Omit<UnreadableMessageRow, 'body'> & {
  /** Characters. */
  readonly bodyLength: number;
  /** Time of the last attempt in microseconds since 1970, see `ObjectPosition`. */
  readonly micros: string;
};

const { body, ...withoutBody } = getTableColumns(unreadableMessages);

/** A page of SQS messages that could not be read, last attempt first. */
export async function recentUnreadableMessages(
  database: Database,
  limit: number,
  after?: Pick<RecentMessage, 'micros' | 'messageId'>,
): Promise<RecentMessage[]> {
  const { lastAttemptAt, messageId } = unreadableMessages;
  return await database
    .select({
      ...withoutBody,
      bodyLength: sql<number>`length(${body})`,
      micros: sql<string>`(extract(epoch from ${lastAttemptAt}) * 1000000)::bigint::text`,
    })
    .from(unreadableMessages)
    .where(
      after &&
        sql`(${lastAttemptAt}, ${messageId}) < (timestamptz 'epoch' + ${after.micros}::float8 * interval '1 microsecond', ${after.messageId})`,
    )
    .orderBy(desc(lastAttemptAt), desc(messageId))
    .limit(limit);
}

export async function findUnreadableMessage(
  database: Database,
  messageId: string,
): Promise<UnreadableMessageRow | undefined> {
  const [row] = await database
    .select()
    .from(unreadableMessages)
    .where(eq(unreadableMessages.messageId, messageId));
  return row;
}
