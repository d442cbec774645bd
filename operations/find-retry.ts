import { type Retry, retryOfMessage, retryOfObject } from '../activities/retry/find-failures.ts';
import type { Database } from '../drizzle/connect.ts';
import { findObject } from '../drizzle/queries/find-object.ts';
import { findUnreadableMessage } from '../drizzle/queries/recent-unreadable-messages.ts';

/** How an object is tried again; one that was never seen can be ingested like this too. */
export async function findObjectRetry(
  database: Database,
  object: { readonly bucket: string; readonly key: string },
): Promise<Retry> {
  const row = await findObject(database, object);
  return retryOfObject({ ...object, attempts: row?.attempts ?? 0 });
}

/** How a message that could not be read is tried again; undefined where no unreadable message has this id. */
export async function findMessageRetry(database: Database, messageId: string): Promise<Retry | undefined> {
  const row = await findUnreadableMessage(database, messageId);
  return row && retryOfMessage(row);
}
