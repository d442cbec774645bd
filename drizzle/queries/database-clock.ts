import { sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';

/**
 * The time by the clock of PostgreSQL, to the microsecond, as text that PostgreSQL reads again. `indexed_at` and
 * `created_at` are by the same clock, so that no clock of another machine decides what is before and what is after.
 */
export async function databaseTime(database: Database): Promise<string> {
  const { rows } = await database.execute<{ now: string }>(
    sql`select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as now`,
  );
  const now = rows[0]?.now;
  if (now === undefined) throw new Error('PostgreSQL did not tell the time');
  return now;
}
