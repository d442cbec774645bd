import { sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';
import { builds } from '../tables.ts';

/** The ETag that the object of a build has by now. */
export interface BuildEtag {
  /** `builds.id` in decimal digits. */
  readonly id: string;
  /** Without quotes. */
  readonly etag: string;
}

/** Notes new ETags of builds whose object was written again with other bytes but the same content. */
export async function updateEtags(database: Database, etags: readonly BuildEtag[]): Promise<void> {
  if (etags.length === 0) return;
  const ids = sql.param(etags.map(({ id }) => id));
  const values = sql.param(etags.map(({ etag }) => etag));
  await database.execute(sql`
    update ${builds} set s3_etag = changed.etag
    from unnest(${ids}::bigint[], ${values}::text[]) as changed (id, etag)
    where builds.id = changed.id`);
}
