import { sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';
import type { MainBuild } from './main-builds.ts';

/** What became of a row: under which id the build is in the table, and whether this import put it there. */
export interface ImportedBuild {
  readonly hash: string;
  readonly id: string;
  readonly isNew: boolean;
}

/**
 * Inserts rows of Buildhub2 with all that they hold, ids included; of the bucket they know nothing. A build that is
 * known already stays as it is. One whose id another build has gets a new id: ids are kept where that is possible, and
 * builds in any case.
 *
 * @param runId of the import: what it has inserted stays new for it, as an attempt may have died before it could tell
 * @returns for each row its build, in the order given
 */
export async function importBuilds(
  database: Database,
  rows: readonly MainBuild[],
  bucket: string,
  runId: string,
): Promise<ImportedBuild[]> {
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
    return { hash, id: id ?? existing?.id ?? '', isNew: id !== undefined || existing?.importedBy === runId };
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
