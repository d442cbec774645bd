import { sql } from 'drizzle-orm';
import type { Database } from '../../drizzle/connect.ts';
import { unindexedBuilds } from '../../drizzle/queries/unindexed-builds.ts';
import { builds, s3Objects, unreadableMessages } from '../../drizzle/tables.ts';
import type { StoreMetrics } from '../metrics.ts';
import type { StoreLook } from './store-looks.ts';

/**
 * One statement, each part of it answered from an index or from statistics, so that it costs the same however many
 * builds there are.
 */
const question = sql`
  select
    (select greatest(reltuples, 0)::text from pg_class where oid = 'builds'::regclass) as "builds",
    (select extract(epoch from max(${builds.createdAt}))::text from ${builds}) as "newestBuild",
    ${unindexedBuilds} as "unindexed",
    (select count(*)::text from ${s3Objects} where ${s3Objects.outcome} = 'invalid') as "invalid",
    (select count(*)::text from ${s3Objects} where ${s3Objects.outcome} = 'missing') as "missing",
    (select count(*)::text from ${unreadableMessages}) as "unreadable"`;

type Answer = Record<'builds' | 'unindexed' | 'invalid' | 'missing' | 'unreadable', string> & {
  readonly newestBuild: string | null;
};

/** Builds, those not in the index, the newest, and what is set apart. */
export function lookAtPostgres(
  database: Database,
  metrics: Pick<StoreMetrics, 'builds' | 'newestBuild' | 'unindexed' | 'setApart'>,
): StoreLook {
  const { builds: total, newestBuild, unindexed, setApart } = metrics;
  return {
    store: 'postgres',
    gauges: [total, newestBuild, unindexed, setApart],
    async look() {
      const [answer] = (await database.execute<Answer>(question)).rows;
      if (!answer) throw new Error('PostgreSQL answered without a row');
      return [
        { gauge: total, value: Number(answer.builds) },
        { gauge: unindexed, value: Number(answer.unindexed) },
        ...(answer.newestBuild === null ? [] : [{ gauge: newestBuild, value: Number(answer.newestBuild) }]),
        ...(['invalid', 'missing', 'unreadable'] as const).map((outcome) => ({
          gauge: setApart,
          labels: { outcome },
          value: Number(answer[outcome]),
        })),
      ];
    },
  };
}
