import { databaseTime } from '../../drizzle/queries/database-clock.ts';
import { closeSnapshot, openSnapshot } from '../../elasticsearch/snapshot.ts';
import type { ActivityDependencies } from '../activities.ts';

/** The live index as it was at a moment, to be compared with the table. */
export interface IndexSnapshot {
  /** Of the point in time in Elasticsearch. */
  readonly id: string;
  readonly documents: number;
  /** A moment before it, by PostgreSQL's clock: what was acknowledged earlier must be in it. */
  readonly since: string;
}

/** Takes a snapshot of the live index. */
export function makeOpenIndexSnapshot({
  database,
  elasticsearch,
  indexAlias,
}: Pick<ActivityDependencies, 'database' | 'elasticsearch' | 'indexAlias'>) {
  return async function openIndexSnapshot(): Promise<IndexSnapshot> {
    const since = await databaseTime(database);
    return { since, ...(await openSnapshot(elasticsearch, indexAlias)) };
  };
}

/** Lets a snapshot go. */
export function makeCloseIndexSnapshot({ elasticsearch }: Pick<ActivityDependencies, 'elasticsearch'>) {
  return async function closeIndexSnapshot(id: string): Promise<void> {
    await closeSnapshot(elasticsearch, id);
  };
}
