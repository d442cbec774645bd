import { sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';
import { builds } from '../tables.ts';

/** The number of builds in the table, exactly. */
export async function countBuilds(database: Database): Promise<number> {
  const [row] = await database.select({ total: sql<string>`count(*)` }).from(builds);
  return Number(row?.total ?? 0);
}
