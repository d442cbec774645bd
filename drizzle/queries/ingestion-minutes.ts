import { lt, sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';
import { ingestionMinutes } from '../tables.ts';

/** What was ingested in a minute, or since it was written last. */
export type IngestionMinute = typeof ingestionMinutes.$inferInsert;

/** Days that minutes are kept: the longest span that is shown is a month. */
const daysKept = 90;

/** Adds what one worker has ingested to what all have, and lets go of what is too old to be shown. */
export async function addIngestionMinutes(
  database: Database,
  minutes: readonly IngestionMinute[],
): Promise<void> {
  if (minutes.length === 0) return;
  const rows = [...minutes].sort((a, b) => a.minute.getTime() - b.minute.getTime());
  await database
    .insert(ingestionMinutes)
    .values(rows)
    .onConflictDoUpdate({
      target: ingestionMinutes.minute,
      set: {
        objects: sql`${ingestionMinutes.objects} + excluded.objects`,
        lagSum: sql`${ingestionMinutes.lagSum} + excluded.lag_sum`,
        lagMax: sql`greatest(${ingestionMinutes.lagMax}, excluded.lag_max)`,
        newestEventAt: sql`greatest(${ingestionMinutes.newestEventAt}, excluded.newest_event_at)`,
      },
    });
  // By primary key, and mostly of nothing.
  await database
    .delete(ingestionMinutes)
    .where(lt(ingestionMinutes.minute, sql`now() - make_interval(days => ${daysKept}::int)`));
}
