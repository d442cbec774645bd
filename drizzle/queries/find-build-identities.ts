import { inArray, sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';
import { builds } from '../tables.ts';

/** What the index does not have of a build. */
export interface BuildIdentity {
  readonly hash: string;
  readonly createdAt: Date;
}

/**
 * Hash and age of builds.
 *
 * @param ids `builds.id` in decimal digits
 * @returns by id; what is not in the table is missing
 */
export async function findBuildIdentities(
  database: Database,
  ids: readonly string[],
): Promise<Map<string, BuildIdentity>> {
  if (ids.length === 0) return new Map();
  const rows = await database
    .select({ id: sql<string>`${builds.id}::text`, hash: builds.buildHash, createdAt: builds.createdAt })
    .from(builds)
    .where(inArray(builds.id, ids.map(BigInt)));
  return new Map(rows.map(({ id, hash, createdAt }) => [id, { hash, createdAt }]));
}
