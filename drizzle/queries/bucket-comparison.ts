import { sql } from 'drizzle-orm';
import type { ListedObject } from '../../schema/s3/s3-object-write.ts';
import type { Database } from '../connect.ts';
import type { Outcome } from '../tables.ts';

/** The parts of an S3 object's row that a backfill compares. */
export interface KnownObject {
  readonly key: string;
  /** ETag of the content that was read last, without quotes. */
  readonly etag: string | null;
  readonly outcome: Outcome;
  /** Number of runs that have tried it. */
  readonly attempts: number;
  /** Whether the workflow that asks is the one that wrote the row. */
  readonly isOwn: boolean;
  /** Only where `isOwn`: how many builds the workflow that asks has inserted from this object. */
  readonly inserted: number;
  /** `builds.id`, in decimal digits, of its builds that Elasticsearch has not acknowledged. */
  readonly unindexed: readonly string[];
}

/**
 * Looks up a page of keys in the table, all in one statement that goes by the primary key.
 *
 * @param workflowId of the workflow that asks
 * @param since when that workflow began, by the clock of PostgreSQL, ISO 8601
 * @returns the objects that are known, by key
 */
export async function compareObjects(
  database: Database,
  bucket: string,
  keys: readonly string[],
  workflowId: string,
  since: string,
): Promise<Map<string, KnownObject>> {
  if (keys.length === 0) return new Map();
  const { rows } = await database.execute<{ [Name in keyof KnownObject]: KnownObject[Name] }>(sql`
    select key, etag, outcome, attempts, workflow_id = ${workflowId} as "isOwn",
      case when workflow_id = ${workflowId} then
        (select count(*)::int from builds where build_hash = any(build_hashes)
          and s3_bucket = s3_objects.bucket and s3_key = s3_objects.key and created_at >= ${since}::timestamptz)
      else 0 end as inserted,
      array(select id::text from builds
        where build_hash = any(build_hashes) and indexed_at is null) as unindexed
    from s3_objects
    where bucket = ${bucket} and key = any(${sql.param([...keys])}::text[])`);
  return new Map(rows.map((row) => [row.key, row]));
}

/** An object whose present content was never looked at: `unseen` at all, or `changed` or back in the bucket since. */
export interface UnseenObject extends ListedObject {
  readonly state: 'unseen' | 'changed';
}

/** Which of a page of objects were never seen, or not as they are now; one statement that goes by the primary key. */
export async function unseenObjects(
  database: Database,
  bucket: string,
  objects: readonly ListedObject[],
): Promise<UnseenObject[]> {
  if (objects.length === 0) return [];
  const keys = objects.map(({ key }) => key);
  const { rows } = await database.execute<{ key: string; etag: string | null; outcome: Outcome }>(
    sql`select key, etag, outcome from s3_objects
      where bucket = ${bucket} and key = any(${sql.param(keys)}::text[])`,
  );
  const known = new Map(rows.map((row) => [row.key, row]));
  return objects.flatMap<UnseenObject>((object) => {
    const row = known.get(object.key);
    if (!row) return [{ ...object, state: 'unseen' }];
    // The ETag of one that was missing is that of the event: nobody has read what it stands for.
    const isSeen = row.etag === object.etag && row.outcome !== 'missing';
    return isSeen ? [] : [{ ...object, state: 'changed' }];
  });
}

/**
 * Keys of a bucket that are known, spread over the table; fewer if the table has fewer.
 *
 * @param sample number of the sample: the same number gives the same keys while the table stays as it is
 */
export async function sampledKeys(
  database: Database,
  bucket: string,
  count: number,
  sample: number,
): Promise<string[]> {
  // Some blocks of a large table, and all of a small one: only to read all rows of sixty million would take minutes.
  const { rows } = await database.execute<{ key: string }>(sql`
    select key from (
      select key, hashtextextended(key, ${sample}::bigint) as place from s3_objects
      tablesample system (
        (select least(100, 100.0 * 50 * ${count}::int / greatest(1, reltuples)) from pg_class
         where oid = 's3_objects'::regclass)
      ) repeatable (${sample}::int)
      where bucket = ${bucket}
    ) as sample order by place limit ${count}`);
  return rows.map(({ key }) => key);
}
