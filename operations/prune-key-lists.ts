import type { Client } from '@temporalio/client';
import type { Database } from '../drizzle/connect.ts';
import { deleteOldKeyLists } from '../drizzle/queries/key-lists.ts';
import { listOperations } from '../temporal/list-operations.ts';

/** Hours after which a list that no open backfill needs has lost its backfill. */
const graceHours = 24;

/** Open backfills that are looked through. */
const maxOpen = 10_000;

/**
 * Deletes lists of keys whose backfill was terminated, or never started: a backfill that ends by itself, also where it is
 * cancelled, deletes its own. Done before another list is stored, so that they do not pile up.
 *
 * @returns how many lists were deleted
 */
export async function pruneKeyLists(database: Database, client: Client, taskQueue: string): Promise<number> {
  const open = await listOperations(client, taskQueue, 'backfill', { onlyOpen: true, limit: maxOpen });
  const needed = open.map(({ memo }) => (memo as { keyList?: string | null } | undefined)?.keyList);
  // One that an older version has started does not say which list it needs.
  if (needed.includes(undefined) || open.length >= maxOpen) return 0;
  return await deleteOldKeyLists(
    database,
    needed.filter((list) => typeof list === 'string'),
    graceHours,
  );
}
