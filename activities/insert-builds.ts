import {
  insertBuilds as insertBuildsQuery,
  type NewBuild,
  type StoredBuild,
} from '../drizzle/queries/insert-builds.ts';
import type { ActivityDependencies } from './activities.ts';
import { currentRun } from './current-attempt.ts';

/** The builds of one S3 object. */
export interface InsertBuildsInput {
  readonly bucket: string;
  readonly key: string;
  readonly etag?: string | undefined;
  readonly builds: readonly NewBuild[];
}

/** Inserts the builds of one S3 object that are not known yet, and records what came of the object. */
export function makeInsertBuilds({
  database,
  metadata,
}: Pick<ActivityDependencies, 'database' | 'metadata'>) {
  return async function insertBuilds({ builds, ...object }: InsertBuildsInput): Promise<StoredBuild[]> {
    const { workflowId, runId } = currentRun();
    return await insertBuildsQuery(database, { ...object, workflowId, runId }, builds, metadata);
  };
}
