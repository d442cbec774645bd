import { and, eq, inArray, sql } from 'drizzle-orm';
import type { PublishedBuild } from '../../schema/published-build.ts';
import { type Database, inTransaction } from '../connect.ts';
import { builds, s3Objects } from '../tables.ts';
import { type ObjectAttempt, recordObjects } from './objects.ts';

export interface ObjectBuilds extends ObjectAttempt {
  readonly builds: readonly Pick<PublishedBuild, 'text' | 'hash'>[];
}

export interface StoredBuild {
  /** `builds.id` in decimal digits. */
  readonly id: string;
  readonly hash: string;
  /** Whether this run inserted it, by this call or by one whose response was lost; false if it was known already. */
  readonly created: boolean;
  /** Whether Elasticsearch had acknowledged it before this call. */
  readonly indexed: boolean;
}

/**
 * Inserts the builds of S3 objects and records each object as `ingested`, or as `unchanged` if every build of it was
 * known: one statement for the builds and one for the objects, in one transaction. A build that came from the
 * same object before gets the object's present ETag.
 *
 * @param objects no two of the same key; where two hold the same build, it is the first one's
 * @param metadata JSON text about the code that inserts
 * @returns for each object its builds, both in the order given
 */
export async function insertBuildsOfObjects(
  database: Database,
  objects: readonly ObjectBuilds[],
  metadata: string,
): Promise<StoredBuild[][]> {
  if (objects.length === 0) return [];
  const rows = new Map<string, { text: string; object: ObjectBuilds }>();
  for (const object of objects) {
    for (const { text, hash } of object.builds) if (!rows.has(hash)) rows.set(hash, { text, object });
  }
  return await inTransaction(database, async (transaction) => {
    const created = await insertRows(transaction, rows, metadata);
    const known = await findBuilds(
      transaction,
      [...rows.keys()].filter((hash) => !created.has(hash)),
    );
    await updateEtags(transaction, objects, known);
    const stored = objects.map((object) =>
      object.builds.map(({ hash }) => {
        const row = known.get(hash);
        const isCreated = row ? isFrom(row, object) : rows.get(hash)?.object === object;
        const id = created.get(hash) ?? row?.id;
        if (id === undefined) throw new Error(`Build ${hash} was neither inserted nor found`);
        return { id, hash, created: isCreated, indexed: row?.indexed ?? false };
      }),
    );
    await recordObjects(
      transaction,
      objects.map(({ builds: itsBuilds, ...attempt }, index) => ({
        ...attempt,
        outcome: stored[index]?.some((build) => build.created) ? 'ingested' : 'unchanged',
        buildHashes: itsBuilds.map(({ hash }) => hash),
      })),
    );
    return stored;
  });
}

/** Returns the ids of those that were not there, by hash. */
async function insertRows(
  transaction: Database,
  rows: ReadonlyMap<string, { text: string; object: ObjectAttempt }>,
  metadata: string,
): Promise<Map<string, string>> {
  const values = [...rows].map(([hash, { text, object }]) => ({ hash, text, ...object }));
  const column = (read: (row: (typeof values)[number]) => string | null) => sql.param(values.map(read));
  // Always in the same order, so that two transactions with builds in common wait for each other and do not deadlock.
  const { rows: inserted } = await transaction.execute<{ id: string; hash: string }>(sql`
    insert into builds (build_hash, build, metadata, s3_bucket, s3_key, s3_etag)
    select row.hash, row.build, ${metadata}::jsonb, row.bucket, row.key, row.etag
    from unnest(
      ${column(({ hash }) => hash)}::text[], ${column(({ text }) => text)}::jsonb[],
      ${column(({ bucket }) => bucket)}::text[], ${column(({ key }) => key)}::text[],
      ${column(({ etag }) => etag ?? null)}::text[]
    ) as row (hash, build, bucket, key, etag)
    order by row.hash
    on conflict (build_hash) do nothing
    returning id::text as id, build_hash as hash`);
  return new Map(inserted.map(({ hash, id }) => [hash, id]));
}

interface KnownBuild {
  readonly id: string;
  readonly bucket: string | null;
  readonly key: string | null;
  readonly etag: string | null;
  readonly indexed: boolean;
  /** The run that has ingested its object last, if that was ingested and not known already. */
  readonly ingestedBy: string | null;
}

/** Whether a build that is known was inserted by the run of this attempt: the response to that insert was lost. */
function isFrom({ bucket, key, ingestedBy }: KnownBuild, attempt: ObjectAttempt): boolean {
  return ingestedBy === attempt.runId && bucket === attempt.bucket && key === attempt.key;
}

async function findBuilds(database: Database, hashes: readonly string[]): Promise<Map<string, KnownBuild>> {
  if (hashes.length === 0) return new Map();
  const rows = await database
    .select({
      hash: builds.buildHash,
      id: sql<string>`${builds.id}::text`,
      bucket: builds.s3Bucket,
      key: builds.s3Key,
      etag: builds.s3Etag,
      indexed: sql<boolean>`${builds.indexedAt} is not null`,
      ingestedBy: s3Objects.runId,
    })
    .from(builds)
    .leftJoin(
      s3Objects,
      and(
        eq(s3Objects.bucket, builds.s3Bucket),
        eq(s3Objects.key, builds.s3Key),
        eq(s3Objects.outcome, 'ingested'),
      ),
    )
    .where(inArray(builds.buildHash, [...hashes]));
  return new Map(rows.map(({ hash, ...row }) => [hash, row]));
}

/** Notes new ETags of builds whose object was written again with other bytes but the same content. */
async function updateEtags(
  database: Database,
  objects: readonly ObjectBuilds[],
  known: ReadonlyMap<string, KnownBuild>,
): Promise<void> {
  const changed = objects.flatMap(({ bucket, key, etag, builds: itsBuilds }) =>
    itsBuilds.flatMap(({ hash }) => {
      const row = known.get(hash);
      const isChanged = etag !== undefined && row?.bucket === bucket && row.key === key && row.etag !== etag;
      return isChanged ? [{ id: row.id, etag }] : [];
    }),
  );
  if (changed.length === 0) return;
  const ids = sql.param(changed.map(({ id }) => id));
  const values = sql.param(changed.map(({ etag }) => etag));
  await database.execute(sql`
    update ${builds} set s3_etag = changed.etag
    from unnest(${ids}::bigint[], ${values}::text[]) as changed (id, etag)
    where builds.id = changed.id`);
}
