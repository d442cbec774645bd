import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { Client } from '@temporalio/client';
import type { Database } from '../drizzle/connect.ts';
import { deleteOldKeyLists, keysPerPart, saveKeyListPart } from '../drizzle/queries/key-lists.ts';
import { keyProblem } from '../schema/s3/object-key.ts';
import { listOperations } from '../temporal/list-operations.ts';

/**
 * Stores a list of keys for a backfill, one a line, each once. Empty lines do not count.
 *
 * @returns the name of the list, and how many keys it has
 * @throws where a line cannot be a key, with its number, or where there is no key at all
 */
export async function storeKeyList(
  database: Database,
  input: NodeJS.ReadableStream,
): Promise<{ list: string; count: number }> {
  const keys = new Set<string>();
  let line = 0;
  for await (const key of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    line += 1;
    if (key === '') continue;
    const problem = keyProblem(key);
    if (problem)
      throw new Error(`Line ${line} of the list of keys ${problem}: ${JSON.stringify(key.slice(0, 200))}`);
    keys.add(key);
  }
  if (keys.size === 0)
    throw new Error('The list of keys is empty: write one key a line, without s3:// and bucket.');
  const list = randomUUID();
  const all = [...keys];
  for (let part = 0; part * keysPerPart < all.length; part++)
    await saveKeyListPart(database, list, part, all.slice(part * keysPerPart, (part + 1) * keysPerPart));
  return { list, count: all.length };
}

/** Hours after which a list that no open backfill needs has lost its backfill. */
const graceHours = 24;

/** Open backfills that are looked through. */
const maxOpen = 10_000;

/**
 * Deletes lists of keys whose backfill was terminated, or never started: a backfill that ends by itself, also where it is
 * cancelled, deletes its own. Done before another list is stored, so that they do not pile up.
 *
 * @returns how many lists were deleted
 */
export async function pruneKeyLists(database: Database, client: Client, taskQueue: string): Promise<number> {
  const open = await listOperations(client, taskQueue, 'backfill', { onlyOpen: true, limit: maxOpen });
  const needed = open.map(({ memo }) => (memo as { keyList?: string | null } | undefined)?.keyList);
  // One that an older version has started does not say which list it needs.
  if (needed.includes(undefined) || open.length >= maxOpen) return 0;
  return await deleteOldKeyLists(
    database,
    needed.filter((list) => typeof list === 'string'),
    graceHours,
  );
}
