import { randomUUID } from 'node:crypto';
import type { Database } from '../drizzle/connect.ts';
import { deleteOldKeyLists, keysPerPart, saveKeyListPart } from '../drizzle/queries/key-lists.ts';
import type { OperationContext, PrepareContext } from './operation.ts';
import { listRunningWorkflows, maxListed } from './runs.ts';

/** Stores keys for a backfill, each once. @returns the name of the list */
export async function storeKeyList(database: Database, keys: readonly string[]): Promise<string> {
  const list = randomUUID();
  const all = [...new Set(keys)];
  for (let part = 0; part * keysPerPart < all.length; part++)
    await saveKeyListPart(database, list, part, all.slice(part * keysPerPart, (part + 1) * keysPerPart));
  return list;
}

/** Hours after which a list that no running backfill needs has lost its backfill. */
const graceHours = 24;

/**
 * Deletes lists of keys whose backfill was terminated or never started: a backfill that ends in any other way deletes its
 * own. Done before another list is stored, so that they do not pile up.
 *
 * @returns how many lists were deleted
 */
export async function pruneKeyLists(context: OperationContext): Promise<number> {
  const running = await listRunningWorkflows(context, ['backfill']);
  if (running.length >= maxListed) return 0;
  const needed = running.map(({ memo }) => (memo as { keyList?: unknown } | undefined)?.keyList);
  return await deleteOldKeyLists(
    context.database,
    needed.filter((list) => typeof list === 'string'),
    graceHours,
  );
}

/** What the input of an operation is prepared with, in this deployment. */
export function prepareContext(context: OperationContext): PrepareContext {
  return {
    config: context.config,
    async storeKeys(keys) {
      await pruneKeyLists(context);
      return await storeKeyList(context.database, keys);
    },
  };
}
