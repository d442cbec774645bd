import { and, asc, eq, inArray, isNotNull, or, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';
import { builds, s3Objects } from '../tables.ts';

/** How a build is named: `builds.id` in decimal digits, or its hash. */
export type BuildReference = { readonly id: string } | { readonly hash: string };

/**
 * The build with this id or hash, or undefined; with all keys that hold it, see {@link keysOfBuild}. Bucket, key and ETag
 * are of the first of these, from which it is read now, and null for a build without an S3 object. `build`, and `metadata`
 * about the code that inserted it, are JSON text.
 */
export async function findBuild(database: Database, reference: BuildReference) {
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
  if (row === undefined) return undefined;
  const keys = await keysOfBuild(database, row.hash);
  return { ...row, ...keys[0], keys };
}

export type BuildRow = NonNullable<Awaited<ReturnType<typeof findBuild>>>;

/**
 * The objects whose present content has a build, up to 50: those under a dated key first, as a key such as
 * `nightly/latest-mozilla-central/...` holds other builds later; then by when they were first seen.
 */
async function keysOfBuild(database: Database, hash: string) {
  const { buildHashes, bucket, key, etag, firstSeenAt } = s3Objects;
  return await database
    .select({ bucket, key, etag })
    .from(s3Objects)
    .where(sql`(${buildHashes}[1] = ${hash} or ${buildHashes}[2] = ${hash})`)
    .orderBy(sql`${key} ~ '(^|/)latest'`, asc(firstSeenAt), asc(key))
    .limit(50);
}

/**
 * What the index does not have of builds: hash and age.
 *
 * @param ids `builds.id` in decimal digits
 * @returns by id; what is not in the table is missing
 */
export async function findBuildIdentities(database: Database, ids: readonly string[]) {
  if (ids.length === 0) return new Map();
  const rows = await database
    .select({ id: sql<string>`${builds.id}::text`, hash: builds.buildHash, createdAt: builds.createdAt })
    .from(builds)
    .where(inArray(builds.id, ids.map(BigInt)));
  return new Map(rows.map(({ id, hash, createdAt }) => [id, { hash, createdAt }]));
}

/** One object hardly ever has more than two contents, of two builds each. */
const most = 200;

const at = (...path: string[]) => sql<string>`coalesce(${builds.build} #>> ${`{${path.join(',')}}`}, '')`;

/** The builds of an S3 object, of its former contents too, oldest first. */
export async function listObjectBuilds(
  database: Database,
  object: { readonly bucket: string; readonly key: string },
) {
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
    .where(
      or(
        and(eq(builds.s3Bucket, object.bucket), eq(builds.s3Key, object.key)),
        // Those that were inserted from another key with the same content.
        sql`${builds.buildHash} = any(array(select unnest(${s3Objects.buildHashes}) from ${s3Objects}
          where ${s3Objects.bucket} = ${object.bucket} and ${s3Objects.key} = ${object.key}))`,
      ),
    )
    .orderBy(asc(builds.id))
    .limit(most);
}

/** The number of builds in the table, exactly. */
export async function countBuilds(database: Database): Promise<number> {
  return await database.$count(builds);
}

/** How many of these builds are in the table and acknowledged by Elasticsearch. */
export async function countIndexed(database: Database, hashes: readonly string[]): Promise<number> {
  return await database.$count(
    builds,
    and(inArray(builds.buildHash, [...hashes]), isNotNull(builds.indexedAt)),
  );
}

/** The builds with `after` < id <= `upTo`, in the order of their ids, up to `limit`. */
export async function readBuildsById(database: Database, after: string, upTo: string, limit: number) {
  return await read(
    database,
    sql`builds.id > ${after} and builds.id <= ${upTo} order by builds.id limit ${limit}`,
  );
}

/** The builds with these ids, in no order. */
export async function readBuildsOfIds(database: Database, ids: readonly string[]) {
  return await read(database, sql`builds.id = any(${sql.param([...ids])}::bigint[])`);
}

/** `builds.id` in decimal digits, and the text of its jsonb. */
async function read(database: Database, condition: SQL) {
  const { rows } = await database.execute<{ id: string; text: string }>(
    // An order by `id` alone would be that of the text.
    sql`select builds.id::text as id, build as text from builds where ${condition}`,
  );
  return rows;
}

/**
 * Records that Elasticsearch has acknowledged the documents of these builds.
 *
 * @param ids `builds.id` in decimal digits
 */
export async function markIndexed(database: Database, ids: readonly string[]): Promise<void> {
  await database
    .update(builds)
    .set({ indexedAt: sql`clock_timestamp()` })
    .where(inArray(builds.id, ids.map(BigInt)));
}
