import { sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';
import { builds, s3Objects, unreadableMessages } from '../tables.ts';

/**
 * No more than so many are counted: after an import every build waits for the reindex, and counting all of them with
 * each scrape would keep PostgreSQL busy.
 */
const maxUnindexed = 10_000;

/**
 * The number of builds that have not been searchable for more than a minute, up to {@link maxUnindexed}, as text: a part
 * of a statement. A build that Elasticsearch has refused does not count: its object is quarantined as invalid.
 */
const unindexedBuilds = sql`(select count(*)::text from (
  select from ${builds}
  where ${builds.indexedAt} is null and ${builds.createdAt} < now() - interval '1 minute'
    and not exists (select from ${s3Objects} where ${s3Objects.bucket} = ${builds.s3Bucket}
      and ${s3Objects.key} = ${builds.s3Key} and ${s3Objects.outcome} = 'invalid')
  limit ${sql.raw(String(maxUnindexed))}) as unindexed)`;

/**
 * Ids of the builds that Elasticsearch acknowledged last, without those of the last minute, which a search need not find
 * yet. (A refresh is due every second.)
 */
export async function newestIndexed(database: Database, limit: number): Promise<string[]> {
  const { rows } = await database.execute<{ id: string }>(sql`
    select ${builds.id}::text as id from ${builds}
    where ${builds.indexedAt} < now() - interval '1 minute' order by ${builds.indexedAt} desc limit ${limit}`);
  return rows.map(({ id }) => id);
}

type Row = Record<'builds' | 'unindexed' | 'invalid' | 'missing' | 'unreadable', string> & {
  readonly newestBuild: string | null;
  readonly newestEvent: string | null;
};

/**
 * The system's state as PostgreSQL has it, for the operations page and for the metrics: the number of builds is an
 * estimate, and `newestEventAt` is the time of the S3 event of the object that was ingested last for a message.
 *
 * One statement, each part of which reads an index or statistics, so that it costs the same for a table of any size.
 */
export async function readStoreState(database: Database) {
  const { rows } = await database.execute<Row>(sql`
    select
      (select greatest(reltuples, 0)::bigint::text from pg_class where oid = 'builds'::regclass) as "builds",
      (select extract(epoch from max(${builds.createdAt}))::text from ${builds}) as "newestBuild",
      ${unindexedBuilds} as "unindexed",
      (select count(*)::text from ${s3Objects} where ${s3Objects.outcome} = 'invalid') as "invalid",
      (select count(*)::text from ${s3Objects} where ${s3Objects.outcome} = 'missing') as "missing",
      (select count(*)::text from ${unreadableMessages}) as "unreadable",
      (select extract(epoch from ${s3Objects.eventAt})::text from ${s3Objects}
        where ${s3Objects.eventAt} is not null order by ${s3Objects.lastAttemptAt} desc limit 1) as "newestEvent"`);
  const [row] = rows;
  if (!row) throw new Error('PostgreSQL returned no row');
  return {
    builds: Number(row.builds),
    newestBuildAt: momentOf(row.newestBuild),
    unindexed: Number(row.unindexed),
    invalid: Number(row.invalid),
    missing: Number(row.missing),
    unreadable: Number(row.unreadable),
    newestEventAt: momentOf(row.newestEvent),
  };
}

function momentOf(epochSeconds: string | null): Date | null {
  return epochSeconds === null ? null : new Date(Number(epochSeconds) * 1_000);
}
