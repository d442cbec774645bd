import { databaseTime } from '../../drizzle/queries/database-clock.ts';
import { countFailuresToRetry } from '../../drizzle/queries/failures-to-retry.ts';
import { countUnreadableMessages } from '../../drizzle/queries/unreadable-messages.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { type FailureSelection, messageFilter, objectFilter } from './failure-selection.ts';

/** What there is to retry. */
export interface FailuresFound {
  readonly total: number;
  /** By the clock of PostgreSQL: what fails from now on is not part of it. */
  readonly before: string;
}

/** Counts what is to be retried, and draws the line before which it failed. */
export function makeCountFailures({ database }: Pick<ActivityDependencies, 'database'>) {
  return async function countFailures({ objects, messages }: FailureSelection): Promise<FailuresFound> {
    const before = await databaseTime(database);
    const counts = await Promise.all([
      objects ? countFailuresToRetry(database, objectFilter(objects), before) : 0,
      messages ? countUnreadableMessages(database, messageFilter(messages), before) : 0,
    ]);
    return { before, total: counts.reduce((sum, count) => sum + count, 0) };
  };
}
