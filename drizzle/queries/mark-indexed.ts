import { inArray, sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';
import { builds } from '../tables.ts';

/**
 * Notes that Elasticsearch has acknowledged the documents of these builds.
 *
 * @param ids `builds.id` in decimal digits
 */
export async function markIndexed(database: Database, ids: readonly string[]): Promise<void> {
  await database
    .update(builds)
    .set({ indexedAt: sql`clock_timestamp()` })
    .where(inArray(builds.id, ids.map(BigInt)));
}
