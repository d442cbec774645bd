import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';

/** A build as it is stored: `builds.id` in decimal digits, and the text of its jsonb. */
export interface StoredText {
  readonly id: string;
  readonly text: string;
}

/** The builds with `after` < id <= `upTo`, in the order of their ids, at most `limit`. */
export async function readBuildsById(
  database: Database,
  after: string,
  upTo: string,
  limit: number,
): Promise<StoredText[]> {
  return await read(
    database,
    sql`builds.id > ${after} and builds.id <= ${upTo} order by builds.id limit ${limit}`,
  );
}

/** The builds with these ids, in no order. */
export async function readBuildsOfIds(database: Database, ids: readonly string[]): Promise<StoredText[]> {
  return await read(database, sql`builds.id = any(${sql.param([...ids])}::bigint[])`);
}

async function read(database: Database, condition: SQL): Promise<StoredText[]> {
  const { rows } = await database.execute<{ id: string; text: string }>(
    // An order by `id` alone would be that of the text.
    sql`select builds.id::text as id, build as text from builds where ${condition}`,
  );
  return rows;
}
