import { sql } from 'drizzle-orm';
import { builds, s3Objects } from '../tables.ts';

/**
 * More than so many are not counted: after an import every build waits for the reindex, and to look at all of them again
 * and again would keep PostgreSQL from everything else.
 */
export const maxUnindexed = 10_000;

/**
 * The number of builds that have not been searchable for more than a minute, up to {@link maxUnindexed}, as text: a part
 * of a statement. A build that Elasticsearch has refused is none of them: its object is set apart as invalid.
 */
export const unindexedBuilds = sql`(select count(*)::text from (
  select from ${builds}
  where ${builds.indexedAt} is null and ${builds.createdAt} < now() - interval '1 minute'
    and not exists (select from ${s3Objects} where ${s3Objects.bucket} = ${builds.s3Bucket}
      and ${s3Objects.key} = ${builds.s3Key} and ${s3Objects.outcome} = 'invalid')
  limit ${sql.raw(String(maxUnindexed))}) as unindexed)`;
