import {
  insertBuildsOfObjects,
  type ObjectBuilds,
  type StoredBuild,
} from '../../drizzle/queries/insert-builds.ts';
import { currentRun } from '../current-attempt.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { batched } from './batched.ts';

/**
 * The activity `insertBuilds`: inserts the builds of one S3 object that are not known yet, and records the outcome of
 * the object, together with other objects that arrive at the same time.
 */
export function makeInsertBuilds({
  database,
  metadata,
}: Pick<ActivityDependencies, 'database' | 'metadata'>) {
  const insert = batched(async (objects: readonly ObjectBuilds[]) => {
    const stored: StoredBuild[][] = [];
    for (const indices of roundsOf(objects)) {
      const round = indices.flatMap((index) => objects[index] ?? []);
      const itsBuilds = await insertBuildsOfObjects(database, round, metadata);
      for (const [place, index] of indices.entries()) stored[index] = itsBuilds[place] ?? [];
    }
    return stored;
  });
  return async function insertBuilds(input: Omit<ObjectBuilds, 'workflowId' | 'runId'>) {
    const { workflowId, runId } = currentRun();
    return await insert({ ...input, workflowId, runId });
  };
}

/** Positions of objects that can be inserted together: two writes of one key come after each other. */
function roundsOf(objects: readonly ObjectBuilds[]): number[][] {
  const rounds: number[][] = [];
  const seen = new Map<string, number>();
  for (const [index, { bucket, key }] of objects.entries()) {
    const name = `${bucket}/${key}`;
    const round = seen.get(name) ?? 0;
    seen.set(name, round + 1);
    rounds[round] = [...(rounds[round] ?? []), index];
  }
  return rounds;
}
