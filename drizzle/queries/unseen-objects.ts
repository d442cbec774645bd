import { sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';
import type { Outcome } from '../tables.ts';

/** An object as S3 lists it. */
export interface ListedObject {
  readonly key: string;
  /** Without quotes. */
  readonly etag?: string | undefined;
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

/** Keys of a bucket that are known, chosen at random; fewer where the table has fewer. */
export async function randomKeys(database: Database, bucket: string, count: number): Promise<string[]> {
  // Some blocks of a large table, and all of a small one: only to read all rows of sixty million would take minutes.
  const { rows } = await database.execute<{ key: string }>(sql`
    select key from (
      select key, random() as place from s3_objects
      tablesample system (
        (select least(100, 100.0 * 50 * ${count}::int / greatest(1, reltuples)) from pg_class
         where oid = 's3_objects'::regclass)
      )
      where bucket = ${bucket}
    ) as sample order by place limit ${count}`);
  return rows.map(({ key }) => key);
}
