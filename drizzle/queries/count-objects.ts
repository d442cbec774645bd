import { and, desc, inArray, isNotNull, sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';
import { type Outcome, outcomes, s3Objects } from '../tables.ts';
import { type ObjectFilter, objectConditions, reasonPattern } from './object-conditions.ts';

/** How many objects each outcome came to. */
export async function countByOutcome(
  database: Database,
  filter: ObjectFilter,
): Promise<Record<Outcome, number>> {
  const rows = await database
    .select({ outcome: s3Objects.outcome, total: sql<string>`count(*)` })
    .from(s3Objects)
    .where(objectConditions(filter))
    .groupBy(s3Objects.outcome);
  const counts = new Map(rows.map(({ outcome, total }) => [outcome, Number(total)]));
  return Object.fromEntries(outcomes.map((outcome) => [outcome, counts.get(outcome) ?? 0])) as Record<
    Outcome,
    number
  >;
}

/** Objects that failed for the same reason, but for the values in it. */
export interface ReasonGroup {
  readonly outcome: Outcome;
  /** The reason with `…` for the value that was wrong, and `N` for each number. */
  readonly reason: string;
  /** The reason of one of them, whole. */
  readonly example: string;
  readonly count: number;
  readonly lastAttemptAt: Date;
}

/** Only these have a reason; said in the query, it is answered from the index of those that failed. */
const failed = inArray(s3Objects.outcome, ['invalid', 'missing']);

/** The commonest reasons first. */
export async function countByReason(
  database: Database,
  filter: ObjectFilter,
  limit: number,
): Promise<ReasonGroup[]> {
  const rows = await database
    .select({
      outcome: s3Objects.outcome,
      reason: reasonPattern.as('pattern'),
      example: sql<string>`min(${s3Objects.reason})`,
      count: sql<string>`count(*)`.as('total'),
      lastAttemptAt: sql<string>`max(${s3Objects.lastAttemptAt})`,
    })
    .from(s3Objects)
    .where(and(objectConditions(filter), failed, isNotNull(s3Objects.reason)))
    .groupBy(s3Objects.outcome, sql`pattern`)
    .orderBy(desc(sql`total`), sql`pattern`)
    .limit(limit);
  return rows.map(({ count, lastAttemptAt, ...row }) => ({
    ...row,
    count: Number(count),
    lastAttemptAt: new Date(lastAttemptAt),
  }));
}
