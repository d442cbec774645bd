import { sql } from 'drizzle-orm';
import { type Database, inTransaction } from '../connect.ts';

/** A part of the table: the builds with `after` < id <= `upTo`, all ids in decimal digits. */
export interface IdRange {
  readonly after: string;
  readonly upTo: string;
}

/** Rows that are counted one by one. Counting more of them can exceed the time limit of a statement if they are not in memory. */
const maxCounted = 1_000_000;

/**
 * The size of the table: how many rows (exact up to a million, by PostgreSQL's statistics beyond it), and the largest
 * id, `0` for an empty table.
 */
export async function measureBuilds(database: Database): Promise<{ rows: number; largestId: string }> {
  const { rows } = await database.execute<{ rows: string; largestId: string }>(sql`
    select
      (case when counted.rows <= ${maxCounted}::int then counted.rows
        else greatest(counted.rows, (select reltuples::bigint from pg_class where oid = 'builds'::regclass))
      end)::text as rows,
      (select coalesce(max(id), 0)::text from builds) as "largestId"
    from (select count(*) as rows from (select from builds limit ${maxCounted}::int + 1) as first_ones) as counted`);
  return { rows: Number(rows[0]?.rows), largestId: rows[0]?.largestId ?? '0' };
}

/** The largest id, `0` if there is no row. */
export async function largestBuildId(database: Database): Promise<string> {
  const { rows } = await database.execute<{ id: string }>(
    sql`select coalesce(max(id), 0)::text as id from builds`,
  );
  return rows[0]?.id ?? '0';
}

/**
 * Divides the next part of the table into ranges of `size` rows each (the last may have fewer), however large the gaps
 * between the ids are.
 *
 * @param count up to how many ranges
 */
export async function divideBuilds(
  database: Database,
  { after, upTo }: IdRange,
  size: number,
  count: number,
): Promise<(IdRange & { rows: number })[]> {
  const { rows } = await database.execute<{ upTo: string; rows: string }>(sql`
    select max(id)::text as "upTo", count(*)::text as rows from (
      select id, (row_number() over (order by id) - 1) / ${size}::bigint as range from (
        select id from builds where id > ${after}::bigint and id <= ${upTo}::bigint order by id limit ${size * count}
      ) as part
    ) as numbered group by range order by range`);
  return rows.map((range, index) => ({
    after: rows[index - 1]?.upTo ?? after,
    upTo: range.upTo,
    rows: Number(range.rows),
  }));
}

/** The ids of a range, in order. */
export async function readIds(database: Database, { after, upTo }: IdRange): Promise<string[]> {
  const { rows } = await database.execute<{ id: string }>(
    sql`select id::text as id from builds where id > ${after}::bigint and id <= ${upTo}::bigint order by builds.id`,
  );
  return rows.map(({ id }) => id);
}

/** Which of these builds Elasticsearch acknowledged before a moment (PostgreSQL's clock). */
export async function idsIndexedBefore(
  database: Database,
  ids: readonly string[],
  moment: string,
): Promise<string[]> {
  const { rows } = await database.execute<{ id: string }>(sql`
    select id::text as id from builds
    where builds.id = any(${sql.param([...ids])}::bigint[]) and indexed_at < ${moment}::timestamptz`);
  return rows.map(({ id }) => id);
}

/**
 * Ids of builds that Elasticsearch has not acknowledged, in order, up to `limit` after `after`.
 *
 * @param age how many seconds ago they were made at least; any, if not given
 */
export async function readUnindexedIds(
  database: Database,
  after: string,
  limit: number,
  age?: number,
): Promise<string[]> {
  const isOld =
    age === undefined ? sql`` : sql`and created_at <= clock_timestamp() - ${age} * interval '1 second'`;
  const { rows } = await database.execute<{ id: string }>(sql`
    select id::text as id from builds
    where indexed_at is null and id > ${after}::bigint ${isOld}
    order by builds.id limit ${limit}`);
  return rows.map(({ id }) => id);
}

/** A place in the order in which Elasticsearch acknowledged builds. */
export interface IndexedAt {
  readonly id: string;
  readonly indexedAt: string;
}

/**
 * Ids of builds that were acknowledged at `since` or later, in that order, up to `limit` after `last`. A minute before
 * `since` is part of it, in case the clock of PostgreSQL was set back.
 */
export async function readIndexedSince(
  database: Database,
  since: string,
  last: IndexedAt | undefined,
  limit: number,
): Promise<IndexedAt[]> {
  const rest = last && sql`and (indexed_at, id) > (${last.indexedAt}::timestamptz, ${last.id}::bigint)`;
  const { rows } = await database.execute<{ id: string; indexedAt: string }>(sql`
    select id::text as id, indexed_at::text as "indexedAt" from builds
    where indexed_at >= ${since}::timestamptz - interval '1 minute' ${rest}
    order by indexed_at, builds.id limit ${limit}`);
  return rows;
}

/** Every id that fits: eighteen digits are less than the largest bigint. */
const BUILD_ID = /^[1-9]\d{0,17}$/;

/** Which of these texts are the id of no build. */
export async function idsWithoutBuild(database: Database, ids: readonly string[]): Promise<string[]> {
  const numeric = ids.filter((id) => BUILD_ID.test(id));
  const { rows } = await database.execute<{ id: string }>(
    sql`select id::text as id from builds where builds.id = any(${sql.param(numeric)}::bigint[])`,
  );
  const known = new Set(rows.map(({ id }) => id));
  return ids.filter((id) => !known.has(id));
}

/**
 * Makes new builds get ids beyond a given one. Nobody can insert meanwhile: the sequence must never be set back, not
 * even by a moment's race.
 *
 * @param id in decimal digits
 */
export async function raiseBuildIds(database: Database, id: string): Promise<void> {
  await inTransaction(database, async (transaction) => {
    await transaction.execute(sql`lock table builds in share row exclusive mode`);
    await transaction.execute(sql`
      select setval('builds_id_seq', ${id}::bigint)
      from builds_id_seq where last_value < ${id}::bigint`);
  });
}

/**
 * Which of these documents are not what their build says, as jsonb compares: the order of keys does not matter, and
 * numbers are equal if their values are, to the last digit. The rules are those of `searchDocument`.
 *
 * @param documents id in decimal digits, and source as JSON text
 * @returns ids; a document without a build is not among them
 */
export async function differingDocuments(
  database: Database,
  documents: readonly { readonly id: string; readonly source: string }[],
): Promise<string[]> {
  const { rows } = await database.execute<{ id: string }>(sql`
    select builds.id::text as id
    from unnest(
      ${sql.param(documents.map(({ id }) => id))}::bigint[],
      ${sql.param(documents.map(({ source }) => source))}::jsonb[]
    ) as document (id, source)
    join builds on builds.id = document.id
    where document.source is distinct from case when jsonb_typeof(build) = 'object' then
      jsonb_build_object('id', builds.id) || coalesce(
        (select jsonb_object_agg(key, value) from jsonb_each(build) where value <> '{}'), '{}')
    end
    order by builds.id`);
  return rows.map(({ id }) => id);
}

/**
 * The time by the clock of PostgreSQL, to the microsecond, as text that PostgreSQL reads again. `indexed_at` and
 * `created_at` are by the same clock, so that no clock of another machine decides what is before and what is after.
 */
export async function databaseTime(database: Database): Promise<string> {
  const { rows } = await database.execute<{ now: string }>(
    sql`select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as now`,
  );
  const now = rows[0]?.now;
  if (now === undefined) throw new Error('PostgreSQL returned no time');
  return now;
}
