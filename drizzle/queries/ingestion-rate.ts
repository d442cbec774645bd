import { sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';
import { builds, s3Objects } from '../tables.ts';

/** Objects of a bucket whose builds are looked up: enough for percentiles, and a month costs about what a day does. */
const sampleSize = 200;

type Row = { start: string; builds: string; lags: [number, number] | null };

/**
 * Ingestion over time, in one statement: a bucket for each span, empty ones included, the oldest first. It has the builds
 * that were inserted, by backfills too, and of the objects of messages the median and the 95th percentile of the seconds
 * from the event in S3 until an object was searchable, or null if there were none. Both parts read a range of an index: `builds_created_at`, and `s3_objects_event`, which has only the objects of messages.
 *
 * @param seconds length of a bucket; buckets begin at multiples of it
 * @param count how many buckets, the last of which holds the present moment
 */
export async function ingestionRate(database: Database, seconds: number, count: number) {
  const step = sql`make_interval(secs => ${seconds})`;
  const binOf = (time: unknown) => sql`date_bin(${step}, ${time}, timestamptz 'epoch')`;
  const since = sql`${binOf(sql`now()`)} - ${step} * ${count - 1}::int`;
  // An object counts once all its builds have been indexed after its attempt.
  const query = sql`
    with buckets as (
      select generate_series(${since}, ${binOf(sql`now()`)}, ${step}) as start
    ), inserted as (
      select ${binOf(builds.createdAt)} as start, count(*) as builds from ${builds}
      where ${builds.createdAt} >= ${since} group by 1
    ), attempts as (
      select ${binOf(s3Objects.lastAttemptAt)} as start, ${s3Objects.lastAttemptAt} as at,
        ${s3Objects.eventAt} as event_at, ${s3Objects.buildHashes} as hashes
      from ${s3Objects}
      where ${s3Objects.eventAt} is not null and ${s3Objects.lastAttemptAt} >= ${since}
    ), numbered as (
      select *, row_number() over (partition by start) as number, count(*) over (partition by start) as total
      from attempts
    ), ingested as (
      select start, greatest(0, extract(epoch from indexed.last - event_at)) as lag
      from numbered cross join lateral (
        select max(${builds.indexedAt}) as last, min(${builds.indexedAt}) as first from ${builds}
        where ${builds.buildHash} = any(hashes)
      ) as indexed
      where number % (total / ${sampleSize}::int + 1) = 0 and indexed.first >= at
    ), lags as (
      select start, percentile_cont(array[0.5, 0.95]) within group (order by lag) as lags from ingested group by 1
    )
    select extract(epoch from buckets.start)::text as start, coalesce(builds, 0)::text as builds, lags
    from buckets left join inserted using (start) left join lags using (start) order by buckets.start`;
  const { rows } = await database.execute<Row>(query);
  return rows.map((row) => ({
    start: new Date(Number(row.start) * 1_000),
    builds: Number(row.builds),
    lagP50: row.lags?.[0] ?? null,
    lagP95: row.lags?.[1] ?? null,
  }));
}
