import { and, asc, eq, sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';
import { builds } from '../tables.ts';

/** A build that came of an S3 object, now or in a former content of the same key. */
export interface ObjectBuild {
  /** `builds.id` in decimal digits. */
  readonly id: string;
  readonly hash: string;
  readonly createdAt: Date;
  readonly indexedAt: Date | null;
  readonly etag: string | null;
  readonly product: string;
  readonly version: string;
  readonly channel: string;
  readonly platform: string;
  readonly locale: string;
  readonly buildId: string | null;
}

/** One object hardly ever has more than two contents, of two builds each. */
const most = 200;

const at = (...path: string[]) => sql<string>`coalesce(${builds.build} #>> ${`{${path.join(',')}}`}, '')`;

/** Every build that came of an S3 object, oldest first. */
export async function listObjectBuilds(
  database: Database,
  object: { readonly bucket: string; readonly key: string },
): Promise<ObjectBuild[]> {
  return await database
    .select({
      id: sql<string>`${builds.id}::text`,
      hash: builds.buildHash,
      createdAt: builds.createdAt,
      indexedAt: builds.indexedAt,
      etag: builds.s3Etag,
      product: at('source', 'product'),
      version: at('target', 'version'),
      channel: at('target', 'channel'),
      platform: at('target', 'platform'),
      locale: at('target', 'locale'),
      buildId: sql<string | null>`${builds.build} #>> '{build,id}'`,
    })
    .from(builds)
    .where(and(eq(builds.s3Bucket, object.bucket), eq(builds.s3Key, object.key)))
    .orderBy(asc(builds.id))
    .limit(most);
}
