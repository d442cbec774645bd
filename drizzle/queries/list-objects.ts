import { and, desc, getTableColumns, sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';
import { s3Objects } from '../tables.ts';
import type { ObjectRow } from './find-object.ts';
import { type ObjectFilter, objectConditions } from './object-conditions.ts';

/** Where a page ended. */
export interface ObjectPosition {
  /** Time of the last attempt in microseconds since 1970, as PostgreSQL has it: a Date would lose three digits. */
  readonly micros: string;
  readonly bucket: string;
  readonly key: string;
}

export type ListedObject = ObjectRow & { readonly micros: string };

/**
 * A page of S3 objects, last attempt first.
 *
 * @param after where the page before ended
 */
export async function listObjects(
  database: Database,
  filter: ObjectFilter,
  limit: number,
  after?: ObjectPosition,
): Promise<ListedObject[]> {
  const beyond =
    after &&
    sql`(${s3Objects.lastAttemptAt}, ${s3Objects.bucket}, ${s3Objects.key}) < (timestamptz 'epoch' + ${after.micros}::float8 * interval '1 microsecond', ${after.bucket}, ${after.key})`;
  return await database
    .select({
      ...getTableColumns(s3Objects),
      micros: sql<string>`(extract(epoch from ${s3Objects.lastAttemptAt}) * 1000000)::bigint::text`,
    })
    .from(s3Objects)
    .where(and(objectConditions(filter), beyond))
    .orderBy(desc(s3Objects.lastAttemptAt), desc(s3Objects.bucket), desc(s3Objects.key))
    .limit(limit);
}
