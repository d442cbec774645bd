import { eq, sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';
import { builds } from '../tables.ts';

/** A row of `builds`. */
export interface BuildRow {
  /** `builds.id` in decimal digits. */
  readonly id: string;
  readonly hash: string;
  /** JSON text. */
  readonly build: string;
  /** JSON text about the code that inserted the row. */
  readonly metadata: string;
  readonly createdAt: Date;
  readonly indexedAt: Date | null;
  readonly bucket: string | null;
  readonly key: string | null;
  readonly etag: string | null;
}

/** How a build is named: `builds.id` in decimal digits, or its hash. */
export type BuildReference = { readonly id: string } | { readonly hash: string };

/** The build with this id or hash, or undefined where there is none. */
export async function findBuild(
  database: Database,
  reference: BuildReference,
): Promise<BuildRow | undefined> {
  const [row] = await database
    .select({
      id: sql<string>`${builds.id}::text`,
      hash: builds.buildHash,
      build: builds.build,
      metadata: builds.metadata,
      createdAt: builds.createdAt,
      indexedAt: builds.indexedAt,
      bucket: builds.s3Bucket,
      key: builds.s3Key,
      etag: builds.s3Etag,
    })
    .from(builds)
    .where('id' in reference ? eq(builds.id, BigInt(reference.id)) : eq(builds.buildHash, reference.hash));
  return row;
}
