import { sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';

/**
 * Makes new builds get ids beyond a given one. Nobody can insert meanwhile: the sequence must never be set back, not
 * even by a moment's race.
 *
 * @param id in decimal digits
 */
export async function raiseBuildIds(database: Database, id: string): Promise<void> {
  await database.transaction(async (transaction) => {
    await transaction.execute(sql`lock table builds in share row exclusive mode`);
    await transaction.execute(sql`
      select setval('builds_id_seq', ${id}::bigint)
      from builds_id_seq where last_value < ${id}::bigint`);
  });
}
