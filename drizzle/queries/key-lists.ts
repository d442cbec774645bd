import { and, eq, lt, sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';
import { keyLists } from '../tables.ts';

export const keysPerPart = 1_000;

/** Stores one part of a list of keys; storing it again replaces it. Parts are numbered from 0. */
export async function saveKeyListPart(
  database: Database,
  list: string,
  part: number,
  keys: readonly string[],
): Promise<void> {
  await database
    .insert(keyLists)
    .values({ list, part, keys: [...keys] })
    .onConflictDoUpdate({ target: [keyLists.list, keyLists.part], set: { keys: sql`excluded.keys` } });
}

/** How many keys a list has; 0 if there is no such list. */
export async function countKeyList(database: Database, list: string): Promise<number> {
  const [row] = await database
    .select({ total: sql<string>`coalesce(sum(cardinality(${keyLists.keys})), 0)` })
    .from(keyLists)
    .where(eq(keyLists.list, list));
  return Number(row?.total ?? 0);
}

/** The keys of one part; empty if there is no such part. */
export async function readKeyListPart(database: Database, list: string, part: number): Promise<string[]> {
  const [row] = await database
    .select({ keys: keyLists.keys })
    .from(keyLists)
    .where(and(eq(keyLists.list, list), eq(keyLists.part, part)));
  return row?.keys ?? [];
}

/**
 * Deletes the lists that were stored some time ago and are not needed any more.
 *
 * @param needed names of lists that stay, whatever their age
 * @param hours how old the others have to be: one that was stored just now may be about to be used
 * @returns how many lists were deleted
 */
export async function deleteOldKeyLists(
  database: Database,
  needed: readonly string[],
  hours: number,
): Promise<number> {
  const deleted = await database
    .delete(keyLists)
    .where(
      and(
        lt(keyLists.createdAt, sql`clock_timestamp() - make_interval(hours => ${hours}::int)`),
        sql`not ${keyLists.list} = any(${sql.param([...needed])}::text[])`,
      ),
    )
    .returning({ list: keyLists.list });
  return new Set(deleted.map(({ list }) => list)).size;
}

export async function deleteKeyList(database: Database, list: string): Promise<void> {
  await database.delete(keyLists).where(eq(keyLists.list, list));
}
