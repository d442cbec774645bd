import { inArray, sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';
import { builds } from '../tables.ts';
import { type ObjectAttempt, recordObject } from './record-object.ts';

/** A build to insert: its JSON text as published, and its hash. */
export interface NewBuild {
  readonly text: string;
  readonly hash: string;
}

/** A build that is in the table now. */
export interface StoredBuild {
  /** `builds.id` in decimal digits. */
  readonly id: string;
  readonly hash: string;
  /** Whether this call inserted it; false where it was known already. */
  readonly created: boolean;
}

/**
 * Inserts the builds of one S3 object and records the object as `ingested` or, where every build was known,
 * `unchanged`, in one transaction.
 *
 * @param metadata JSON text about the code that inserts
 * @returns the builds in the order given
 */
export async function insertBuilds(
  database: Database,
  attempt: ObjectAttempt,
  newBuilds: readonly NewBuild[],
  metadata: string,
): Promise<StoredBuild[]> {
  return await database.transaction(async (transaction) => {
    const inserted = await transaction
      .insert(builds)
      .values(
        newBuilds.map(({ text, hash }) => ({
          buildHash: hash,
          build: text,
          metadata,
          s3Bucket: attempt.bucket,
          s3Key: attempt.key,
          s3Etag: attempt.etag ?? null,
        })),
      )
      .onConflictDoNothing({ target: builds.buildHash })
      .returning({ id: sql<string>`${builds.id}::text`, hash: builds.buildHash });
    const created = new Map(inserted.map((row) => [row.hash, row.id]));
    const known = await findIds(
      transaction,
      newBuilds.map(({ hash }) => hash).filter((hash) => !created.has(hash)),
    );
    await recordObject(transaction, {
      ...attempt,
      outcome: created.size > 0 ? 'ingested' : 'unchanged',
      buildHashes: newBuilds.map(({ hash }) => hash),
    });
    return newBuilds.map(({ hash }) => {
      const id = created.get(hash) ?? known.get(hash);
      if (id === undefined) throw new Error(`Build ${hash} was neither inserted nor found`);
      return { id, hash, created: created.has(hash) };
    });
  });
}

async function findIds(database: Database, hashes: readonly string[]): Promise<Map<string, string>> {
  if (hashes.length === 0) return new Map();
  const rows = await database
    .select({ id: sql<string>`${builds.id}::text`, hash: builds.buildHash })
    .from(builds)
    .where(inArray(builds.buildHash, [...hashes]));
  return new Map(rows.map((row) => [row.hash, row.id]));
}
