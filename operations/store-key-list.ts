import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { Database } from '../drizzle/connect.ts';
import { keysPerPart, saveKeyListPart } from '../drizzle/queries/key-lists.ts';
import { keyProblem } from '../schema/s3/object-key.ts';

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
