import { ApplicationFailure } from '@temporalio/activity';
import { largestBuildId } from '../../drizzle/queries/build-ids.ts';
import { databaseTime } from '../../drizzle/queries/database-clock.ts';
import { closeSnapshot, isSnapshotGone, openSnapshot } from '../../elasticsearch/snapshot.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** The live index as it was at a moment, to be compared with the table. */
export interface IndexSnapshot {
  /** Of the point in time in Elasticsearch. */
  readonly id: string;
  readonly documents: number;
  /** A moment before it, by PostgreSQL's clock: what was acknowledged earlier must be in it. */
  readonly since: string;
  /** The largest id of a build that can be in it. */
  readonly upTo: string;
}

/** Takes a snapshot of the live index. */
export function makeOpenIndexSnapshot({
  database,
  elasticsearch,
  indexAlias,
}: Pick<ActivityDependencies, 'database' | 'elasticsearch' | 'indexAlias'>) {
  return async function openIndexSnapshot(): Promise<IndexSnapshot> {
    const since = await databaseTime(database);
    const snapshot = await openSnapshot(elasticsearch, indexAlias);
    return { since, ...snapshot, upTo: await largestBuildId(database) };
  };
}

/** Lets a snapshot go. */
export function makeCloseIndexSnapshot({ elasticsearch }: Pick<ActivityDependencies, 'elasticsearch'>) {
  return async function closeIndexSnapshot(id: string): Promise<void> {
    await closeSnapshot(elasticsearch, id);
  };
}

/** Turns the loss of a snapshot into a failure that is not retried: the comparison has to begin with another one. */
export function orSnapshotGone(error: unknown): never {
  if (!isSnapshotGone(error)) throw error;
  throw ApplicationFailure.create({
    type: 'SnapshotGone',
    message: 'Elasticsearch has let the snapshot of the index go',
    nonRetryable: true,
    cause: error as Error,
  });
}
