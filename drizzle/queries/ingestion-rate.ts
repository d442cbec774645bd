import { sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';
import { builds, ingestionMinutes } from '../tables.ts';

/** What was ingested in a span of time. */
export interface RateBucket {
  /** Its first moment. */
  readonly start: Date;
  /** Builds that were inserted, by backfills too. */
  readonly builds: number;
  /** Objects that were ingested because S3 had told of them. */
  readonly objects: number;
  /** Seconds from the event in S3 until such an object could be searched; null where there was none. */
  readonly lagMean: number | null;
  readonly lagMax: number | null;
}

type Row = {
  start: string;
  builds: string;
  objects: string;
  lag_mean: number | null;
  lag_max: number | null;
};

/**
 * Ingestion over time, in one statement: a bucket for each span, the empty ones too, the oldest first.
 *
 * @param seconds length of a bucket; buckets begin at multiples of it
 * @param count how many buckets, the last of which holds the present moment
 */
export async function ingestionRate(
  database: Database,
  seconds: number,
  count: number,
): Promise<RateBucket[]> {
  const step = sql`make_interval(secs => ${seconds})`;
  const binOf = (time: unknown) => sql`date_bin(${step}, ${time}, timestamptz 'epoch')`;
  const { rows } = await database.execute<Row>(sql`
    with buckets as (
      select generate_series(${binOf(sql`now()`)} - ${step} * ${count - 1}::int, ${binOf(sql`now()`)}, ${step}) as start
    ), inserted as (
      select ${binOf(builds.createdAt)} as start, count(*) as builds from ${builds}
      where ${builds.createdAt} >= (select min(start) from buckets) group by 1
    ), ingested as (
      select ${binOf(ingestionMinutes.minute)} as start, sum(${ingestionMinutes.objects}) as objects,
        sum(${ingestionMinutes.lagSum}) / nullif(sum(${ingestionMinutes.objects}), 0) as lag_mean,
        max(${ingestionMinutes.lagMax}) as lag_max
      from ${ingestionMinutes} where ${ingestionMinutes.minute} >= (select min(start) from buckets) group by 1
    )
    select extract(epoch from buckets.start)::text as start, coalesce(builds, 0)::text as builds,
      coalesce(objects, 0)::text as objects, lag_mean, lag_max
    from buckets left join inserted using (start) left join ingested using (start) order by buckets.start`);
  return rows.map((row) => ({
    start: new Date(Number(row.start) * 1_000),
    builds: Number(row.builds),
    objects: Number(row.objects),
    lagMean: row.lag_mean,
    lagMax: row.lag_max,
  }));
}
