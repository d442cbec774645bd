import { desc, eq, getTableColumns, sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';
import { unreadableMessages } from '../tables.ts';

type MessageRow = typeof unreadableMessages.$inferSelect;

/** A message without its body, which may be large. */
export type RecentMessage = Omit<MessageRow, 'body'> & {
  /** Characters. */
  readonly bodyLength: number;
  /** Time of the last attempt in microseconds since 1970, see `ObjectPosition`. */
  readonly micros: string;
};

/** Where a page of messages ended. */
export interface RecentMessagePosition {
  readonly micros: string;
  readonly messageId: string;
}

const { body, ...withoutBody } = getTableColumns(unreadableMessages);

/** A page of SQS messages that could not be read, last attempt first. */
export async function recentUnreadableMessages(
  database: Database,
  limit: number,
  after?: RecentMessagePosition,
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

/** One message whole, or undefined where there is none with this id. */
export async function findUnreadableMessage(
  database: Database,
  messageId: string,
): Promise<MessageRow | undefined> {
  const [row] = await database
    .select()
    .from(unreadableMessages)
    .where(eq(unreadableMessages.messageId, messageId));
  return row;
}
