import type pg from 'pg';

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
  /** Null or empty where the row does not come from S3. */
  readonly key: string | null;
  /** With quotes where a backfill of Buildhub2 wrote it, without them where its daemon did. */
  readonly etag: string | null;
}

/** How many rows the table has, and the largest id. */
export async function measureMainBuilds(client: pg.ClientBase): Promise<{ rows: number; largestId: string }> {
  const { rows } = await client.query<{ rows: string; largestId: string }>(
    'select count(*)::text as rows, coalesce(max(id), 0)::text as "largestId" from main_build',
  );
  return { rows: Number(rows[0]?.rows), largestId: rows[0]?.largestId ?? '0' };
}

/** The rows with an id above `after`, in the order of their ids, at most `limit`. */
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
