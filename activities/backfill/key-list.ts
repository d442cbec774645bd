import { ApplicationFailure } from '@temporalio/activity';
import type { Database } from '../../drizzle/connect.ts';
import { deleteKeyList, keysPerPart, readKeyListPart } from '../../drizzle/queries/key-lists.ts';
import { isBuildhubKey } from '../../schema/s3/object-key.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { type KeyListSlice, type KeyPage, restOf } from './key-range.ts';

export async function* keyListPages(database: Database, slice: KeyListSlice): AsyncGenerator<KeyPage> {
  for (let from = slice.from; from < slice.until; ) {
    const part = Math.floor(from / keysPerPart);
    const start = part * keysPerPart;
    const until = Math.min(start + keysPerPart, slice.until);
    const keys = await readKeyListPart(database, slice.list, part);
    const wanted = keys.slice(from - start, until - start);
    if (wanted.length === 0)
      throw ApplicationFailure.nonRetryable(
        `List ${slice.list} has no keys from number ${from + 1} on: PostgreSQL has lost them. Start the backfill again.`,
        'NoSuchKeyList',
      );
    const first = from;
    from += wanted.length;
    yield {
      listed: wanted.length,
      objects: wanted.flatMap((key, ordinal) =>
        isBuildhubKey(key) && key.startsWith(slice.prefix)
          ? [{ key, position: first + ordinal + 1, ordinal }]
          : [],
      ),
      rest: from < slice.until ? restOf(slice, from) : undefined,
    };
  }
}

export async function forgetKeyList({ database }: ActivityDependencies, list: string) {
  await deleteKeyList(database, list);
}
