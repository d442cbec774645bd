import { and, eq } from 'drizzle-orm';
import type { Database } from '../connect.ts';
import { s3Objects } from '../tables.ts';

/** A row of `s3_objects`: an S3 object, and what came of it last. */
export type ObjectRow = typeof s3Objects.$inferSelect;

/** What is known of an S3 object, or undefined where it was never seen. */
export async function findObject(
  database: Database,
  object: { readonly bucket: string; readonly key: string },
): Promise<ObjectRow | undefined> {
  const [row] = await database
    .select()
    .from(s3Objects)
    .where(and(eq(s3Objects.bucket, object.bucket), eq(s3Objects.key, object.key)));
  return row;
}
