import { and, asc, eq, getTableColumns, gte, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';
import { unreadableMessages } from '../tables.ts';

/** An SQS message that nobody could read. */
export type UnreadableMessageRow = typeof unreadableMessages.$inferSelect;

/** Which messages are meant. What is left out does not narrow. */
export interface MessageFilter {
  readonly messageId?: string | undefined;
  /** A part of the reason, in any case. */
  readonly reason?: string | undefined;
  /** First moment of the last attempt. */
  readonly from?: Date | undefined;
}

/** Where a page ended. */
export interface MessagePosition {
  readonly messageId: string;
  /** As PostgreSQL writes it, to the microsecond. */
  readonly lastAttemptAt: string;
}

/**
 * A page of unreadable messages, the one that was tried the longest ago first.
 *
 * @param before only those that were tried last before this moment; as PostgreSQL writes it
 * @param after where the page before ended
 */
export async function listUnreadableMessages(
  database: Database,
  filter: MessageFilter,
  before: string,
  limit: number,
  after?: MessagePosition,
): Promise<(UnreadableMessageRow & { readonly position: MessagePosition })[]> {
  const { lastAttemptAt, messageId } = unreadableMessages;
  const beyond =
    after &&
    sql`(${lastAttemptAt}, ${messageId}) > (${after.lastAttemptAt}::timestamptz, ${after.messageId})`;
  const rows = await database
    .select({ ...getTableColumns(unreadableMessages), exactly: sql<string>`${lastAttemptAt}::text` })
    .from(unreadableMessages)
    .where(and(conditions(filter, before), beyond))
    .orderBy(asc(lastAttemptAt), asc(messageId))
    .limit(limit);
  return rows.map(({ exactly, ...row }) => ({
    ...row,
    position: { messageId: row.messageId, lastAttemptAt: exactly },
  }));
}

/** How many messages {@link listUnreadableMessages} has in all its pages. */
export async function countUnreadableMessages(
  database: Database,
  filter: MessageFilter,
  before = 'infinity',
): Promise<number> {
  const [row] = await database
    .select({ total: sql<string>`count(*)` })
    .from(unreadableMessages)
    .where(conditions(filter, before));
  return Number(row?.total ?? 0);
}

function conditions({ messageId, reason, from }: MessageFilter, before: string): SQL | undefined {
  return and(
    messageId === undefined ? undefined : eq(unreadableMessages.messageId, messageId),
    reason === undefined ? undefined : sql`strpos(lower(${unreadableMessages.reason}), lower(${reason})) > 0`,
    from && gte(unreadableMessages.lastAttemptAt, from),
    sql`${unreadableMessages.lastAttemptAt} < ${before}::timestamptz`,
  );
}
