import { and, inArray, isNotNull, sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';
import { builds } from '../tables.ts';

/** The number of builds in the table, exactly. */
export async function countBuilds(database: Database): Promise<number> {
  const [row] = await database.select({ total: sql<string>`count(*)` }).from(builds);
  return Number(row?.total ?? 0);
}

/** How many of these builds are in the table and acknowledged by Elasticsearch. */
export async function countIndexed(database: Database, hashes: readonly string[]): Promise<number> {
  if (hashes.length === 0) return 0;
  const [row] = await database
    .select({ total: sql<string>`count(*)` })
    .from(builds)
    .where(and(inArray(builds.buildHash, [...hashes]), isNotNull(builds.indexedAt)));
  return Number(row?.total ?? 0);
}
