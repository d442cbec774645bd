import { deleteKeyList } from '../../drizzle/queries/key-lists.ts';
import type { ActivityDependencies } from '../activities.ts';

/** Deletes the list of keys of a backfill that has ended. */
export function makeForgetKeyList({ database }: Pick<ActivityDependencies, 'database'>) {
  return async function forgetKeyList(list: string): Promise<void> {
    await deleteKeyList(database, list);
  };
}
