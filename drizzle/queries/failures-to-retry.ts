import { and, asc, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';
import { s3Objects } from '../tables.ts';
import { type ObjectFilter, objectConditions } from './object-conditions.ts';

/** A failed object, as far as a retry needs it. */
export interface FailureToRetry {
  readonly bucket: string;
  readonly key: string;
  readonly attempts: number;
  /** As PostgreSQL writes it, to the microsecond. */
  readonly lastAttemptAt: string;
}

/** Where a page ended. */
export type FailurePosition = Omit<FailureToRetry, 'attempts'>;

/**
 * A page of objects that are invalid or missing, the one that was tried the longest ago first.
 *
 * @param before only those that were tried last before this moment, so that none comes again that was retried
 * meanwhile; as PostgreSQL writes it
 * @param after where the page before ended
 */
export async function listFailuresToRetry(
  database: Database,
  filter: ObjectFilter,
  before: string,
  limit: number,
  after?: FailurePosition,
): Promise<FailureToRetry[]> {
  const beyond =
    after &&
    sql`(${s3Objects.lastAttemptAt}, ${s3Objects.bucket}, ${s3Objects.key}) > (${after.lastAttemptAt}::timestamptz, ${after.bucket}, ${after.key})`;
  return await database
    .select({
      bucket: s3Objects.bucket,
      key: s3Objects.key,
      attempts: s3Objects.attempts,
      lastAttemptAt: sql<string>`${s3Objects.lastAttemptAt}::text`,
    })
    .from(s3Objects)
    .where(and(conditions(filter, before), beyond))
    .orderBy(asc(s3Objects.lastAttemptAt), asc(s3Objects.bucket), asc(s3Objects.key))
    .limit(limit);
}

/** How many objects {@link listFailuresToRetry} has in all its pages. */
export async function countFailuresToRetry(
  database: Database,
  filter: ObjectFilter,
  before: string,
): Promise<number> {
  const [row] = await database
    .select({ total: sql<string>`count(*)` })
    .from(s3Objects)
    .where(conditions(filter, before));
  return Number(row?.total ?? 0);
}

function conditions(filter: ObjectFilter, before: string): SQL | undefined {
  return and(
    // In these words, so that the index on failures can be used.
    sql`${s3Objects.outcome} in ('invalid', 'missing')`,
    objectConditions(filter),
    sql`${s3Objects.lastAttemptAt} < ${before}::timestamptz`,
  );
}
