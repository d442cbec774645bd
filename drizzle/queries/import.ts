import { sql } from 'drizzle-orm';
import type pg from 'pg';
import type { Database } from '../connect.ts';

/** A row of Buildhub2's table `main_build` (contract, section 5). */
export interface MainBuild {
  /** In decimal digits. */
  readonly id: string;
  readonly hash: string;
  /** Texts of jsonb values. */
  readonly build: string;
  readonly metadata: string;
  /** ISO 8601 with microseconds. */
  readonly createdAt: string;
  /** Null or empty if the row does not come from S3. */
  readonly key: string | null;
  /** With quotes if a backfill of Buildhub2 wrote it, without them if its daemon did. */
  readonly etag: string | null;
}

/** How many rows have an id above `after`, and the largest of these ids, `0` if there is none. */
export async function measureMainBuilds(client: pg.ClientBase, after: string) {
  const { rows } = await client.query<{ rows: string; largestId: string }>(
    'select count(*)::text as rows, coalesce(max(id), 0)::text as "largestId" from main_build where id > $1',
    [after],
  );
  return { rows: Number(rows[0]?.rows), largestId: rows[0]?.largestId ?? '0' };
}

/** The rows with an id above `after`, in the order of their ids, up to `limit`. */
export async function readMainBuilds(
  client: pg.ClientBase,
  after: string,
  limit: number,
): Promise<MainBuild[]> {
  const { rows } = await client.query<MainBuild>({
    name: 'main_builds',
    text: `
      select main_build.id::text as id, build_hash as hash, build::text as build, metadata::text as metadata,
        to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "createdAt",
        s3_object_key as key, s3_object_etag as etag
      from main_build where main_build.id > $1 order by main_build.id limit $2`,
    values: [after, limit],
  });
  return rows;
}

/**
 * Inserts rows of Buildhub2 with all that they hold, ids included; of the bucket they know nothing. A build that is
 * known already stays as it is. One whose id another build has gets a new id: ids are kept if possible, builds always.
 *
 * @param runId of the import: what it has inserted stays new for it, as an attempt may have died before it reported it
 * @returns for each row, in the order given, under which id its build is in the table, and whether this import put it there
 */
export async function importBuilds(
  database: Database,
  rows: readonly MainBuild[],
  bucket: string,
  runId: string,
) {
  const known = await findByHash(database, rows);
  const fresh = rows.filter(({ hash }) => !known.has(hash));
  const inserted = await insert(database, fresh, bucket, runId, true);
  const left = fresh.filter(({ hash }) => !inserted.has(hash));
  // Somebody else may have inserted the same build at this moment.
  const elsewhere = await findByHash(database, left);
  const collided = left.filter(({ hash }) => !elsewhere.has(hash));
  const renumbered = await insert(database, collided, bucket, runId, false);
  return rows.map(({ hash }) => {
    const id = inserted.get(hash) ?? renumbered.get(hash);
    const existing = known.get(hash) ?? elsewhere.get(hash);
    if (id === undefined && existing === undefined)
      throw new Error(`Build ${hash} was neither inserted nor found`);
    return { id: id ?? existing?.id ?? '', isNew: id !== undefined || existing?.importedBy === runId };
  });
}

interface KnownBuild {
  readonly id: string;
  readonly importedBy: string | null;
}

async function findByHash(database: Database, rows: readonly MainBuild[]): Promise<Map<string, KnownBuild>> {
  if (rows.length === 0) return new Map();
  const hashes = rows.map(({ hash }) => hash);
  const { rows: found } = await database.execute<{ id: string; hash: string; importedBy: string | null }>(
    sql`select id::text as id, build_hash as hash, imported_by as "importedBy"
      from builds where build_hash = any(${sql.param(hashes)}::text[])`,
  );
  return new Map(found.map(({ hash, ...build }) => [hash, build]));
}

async function insert(
  database: Database,
  rows: readonly MainBuild[],
  bucket: string,
  runId: string,
  keepIds: boolean,
): Promise<Map<string, string>> {
  if (rows.length === 0) return new Map();
  const column = (read: (row: MainBuild) => string | null) => sql.param(rows.map(read));
  const [name, value] = keepIds ? [sql`id,`, sql`row.id,`] : [sql``, sql``];
  const { rows: inserted } = await database.execute<{ id: string; hash: string }>(sql`
    insert into builds (${name} build_hash, build, metadata, created_at, s3_bucket, s3_key, s3_etag,
      imported_by)
    select ${value} row.hash, row.build, row.metadata, row.created_at,
      case when row.key <> '' then ${bucket} end, row.key, row.etag, ${runId}
    from unnest(
      ${column(({ id }) => id)}::bigint[], ${column(({ hash }) => hash)}::text[],
      ${column(({ build }) => build)}::jsonb[], ${column(({ metadata }) => metadata)}::jsonb[],
      ${column(({ createdAt }) => createdAt)}::timestamptz[], ${column(({ key }) => key)}::text[],
      ${column(({ etag }) => etag)}::text[]
    ) as row (id, hash, build, metadata, created_at, key, etag)
    order by row.id
    on conflict do nothing
    returning id::text as id, build_hash as hash`);
  return new Map(inserted.map(({ hash, id }) => [hash, id]));
}

export interface ImportedObject {
  readonly key: string;
  /** Without quotes. */
  readonly etag: string | null;
  readonly hashes: readonly string[];
  /** When its last build was inserted, ISO 8601. */
  readonly seenAt: string;
}

/**
 * Records objects as ingested, as of when Buildhub2 saw them, so that a backfill finds them known. What was seen since
 * then stays as it is. An object that is there with the same ETag has its builds added, as those of a release and its
 * twin may come in two calls; so it may be called again.
 *
 * @param objects no two of the same key
 */
export async function importObjects(
  database: Database,
  bucket: string,
  objects: readonly ImportedObject[],
  run: { readonly workflowId: string; readonly runId: string },
): Promise<void> {
  if (objects.length === 0) return;
  // Always in the same order, so that two transactions with rows in common wait for each other and do not deadlock.
  const rows = [...objects].sort((a, b) => (a.key < b.key ? -1 : 1));
  await database.execute(sql`
    insert into s3_objects
      (bucket, key, etag, outcome, build_hashes, workflow_id, run_id, first_seen_at, last_attempt_at, as_of)
    select ${bucket}, key, etag, 'ingested', array(select jsonb_array_elements_text(hashes)),
      ${run.workflowId}, ${run.runId}, "seenAt", "seenAt", "seenAt"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as object (key text, etag text, hashes jsonb, "seenAt" timestamptz)
    on conflict (bucket, key) do update set
      first_seen_at = least(s3_objects.first_seen_at, excluded.first_seen_at),
      build_hashes = case
        when s3_objects.etag is not distinct from excluded.etag then s3_objects.build_hashes || array(
          select hash from unnest(excluded.build_hashes) as hash where hash <> all (s3_objects.build_hashes))
        when excluded.last_attempt_at > s3_objects.last_attempt_at then excluded.build_hashes
        else s3_objects.build_hashes end,
      ${sql.join(
        ['etag', 'outcome', 'reason', 'workflow_id', 'run_id', 'last_attempt_at', 'as_of'].map((name) => {
          const column = sql.identifier(name);
          return sql`${column} = case when excluded.last_attempt_at > s3_objects.last_attempt_at
            then excluded.${column} else s3_objects.${column} end`;
        }),
        sql`, `,
      )}`);
}
