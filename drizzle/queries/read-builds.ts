import { inArray, sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';
import { builds } from '../tables.ts';

/**
 * The JSON texts of builds.
 *
 * @param ids `builds.id` in decimal digits
 * @returns those that exist, in no order
 */
export async function readBuildTexts(
  database: Database,
  ids: readonly string[],
): Promise<{ id: string; text: string }[]> {
  if (ids.length === 0) return [];
  return await database
    .select({ id: sql<string>`${builds.id}::text`, text: builds.build })
    .from(builds)
    .where(inArray(builds.id, ids.map(BigInt)));
}
