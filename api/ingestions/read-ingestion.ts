import type { Database } from '../../drizzle/connect.ts';
import { listObjectBuilds, type ObjectBuild } from '../../drizzle/queries/builds.ts';
import { findObject } from '../../drizzle/queries/objects.ts';
import { recordPath } from '../builds/addresses.ts';
import { ingestionAnswer } from '../builds/record-schema.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { Ingestion } from './ingestion-schema.ts';
import { listRuns } from './runs.ts';

/**
 * All that is known about one S3 object, from PostgreSQL and, if it responds, Temporal. Undefined if the object was never
 * seen and no run is ingesting it.
 */
export async function readIngestion(
  { database, temporal, settings }: Pick<ApiDependencies, 'database' | 'temporal' | 'settings'>,
  place: { readonly bucket: string; readonly key: string },
): Promise<Ingestion | undefined> {
  const object = await findObject(database, place);
  const [runs, builds] = await Promise.all([
    listRuns(temporal, settings, place, object),
    object ? listBuilds(database, place, object.buildHashes) : [],
  ]);
  if (object === undefined && !runs?.length) return undefined;
  return {
    ...place,
    etag: object?.etag ?? null,
    ingestion: object ? ingestionAnswer(object, settings) : null,
    builds,
    runs: runs ?? null,
  };
}

async function listBuilds(
  database: Database,
  place: { readonly bucket: string; readonly key: string },
  current: readonly string[],
): Promise<Ingestion['builds']> {
  const builds: ObjectBuild[] = await listObjectBuilds(database, place);
  return builds.map(({ createdAt, indexedAt, buildId, ...build }) => ({
    ...build,
    build_id: buildId,
    created_at: createdAt.toISOString(),
    indexed_at: indexedAt?.toISOString() ?? null,
    is_current: current.includes(build.hash),
    url: recordPath(build.id),
  }));
}
