import {
  databaseTime,
  type IndexedAt,
  largestBuildId,
  readIndexedSince,
  readUnindexedIds,
} from '../../drizzle/queries/build-walks.ts';
import { markIndexed, readBuildsOfIds } from '../../drizzle/queries/builds.ts';
import { fillingAlias } from '../../elasticsearch/build-index.ts';
import { closeSnapshot, missingDocuments, openSnapshot, snapshotIds } from '../../elasticsearch/snapshot.ts';
import { addWritten, nothingWritten, type Written, writeBuilds } from '../../elasticsearch/write-builds.ts';
import { withHeartbeats } from '../current-attempt.ts';
import { orGone, type Stores } from './fill-range.ts';

const pageSize = 2_000;

/** What a pass has done; what the index had already is not counted. */
export interface CaughtUp extends Written {
  /** What the next pass begins at, by PostgreSQL's clock. */
  readonly since: string;
  /** The largest id when the pass began. */
  readonly upTo: string;
}

/**
 * Writes what the index lacks of the builds that arrived since the pass before. After a pass, the index holds every
 * build that was committed when the pass began:
 *
 * - A build is acknowledged (`indexed_at`, by PostgreSQL's clock) in a transaction of its own, later than the one that
 *   inserts it. So one that the pass before could not see is acknowledged after `since`, or not yet.
 * - Both are looked through, those not acknowledged first: one that is acknowledged meanwhile is then among the others.
 *   A page that is not full ends either: what comes behind it was not yet committed when the pass began.
 *
 * Neither the order of ids nor that of commits matters, nor how long a transaction was open. After the alias has moved,
 * one more pass makes the index complete: a build that is committed later is written later, and so to the new index.
 *
 * Into the live index, a build that was not acknowledged before is so now.
 *
 * @param input `into` which index: before the alias moves the one that is being filled, after it the live one; and the
 * `since` that the pass before this one returned
 */
export async function catchUp(
  stores: Stores,
  { into, since }: { into: 'filling' | 'live'; since: string },
): Promise<CaughtUp> {
  const { database, elasticsearch, indexAlias } = stores;
  const alias = into === 'live' ? indexAlias : fillingAlias(indexAlias);
  const [next, upTo] = [await databaseTime(database), await largestBuildId(database)];
  let progress = nothingWritten;
  const supply = async (ids: readonly string[], signal: AbortSignal) => {
    const written = await writeMissing(stores, alias, ids, signal);
    progress = addWritten(progress, written);
    return new Set(written.refused.map(({ id }) => id));
  };
  await withHeartbeats(
    async (signal) => {
      await elasticsearch.indices.refresh({ index: alias }, { signal });
      const unindexed = (last = '0') => readUnindexedIds(database, last, pageSize);
      for await (const ids of pages(pageSize, unindexed)) {
        const refused = await supply(ids, signal);
        const accepted = ids.filter((id) => !refused.has(id));
        if (into === 'live') await markIndexed(database, accepted);
      }
      // What was written just now must be seen, or it would be written twice.
      await elasticsearch.indices.refresh({ index: alias }, { signal });
      const indexed = (last: IndexedAt | undefined) => readIndexedSince(database, since, last, pageSize);
      for await (const page of pages(pageSize, indexed)) {
        const ids = page.map(({ id }) => id);
        await supply(ids, signal);
      }
      await elasticsearch.indices.refresh({ index: alias }, { signal });
    },
    () => progress,
  ).catch(orGone);
  return { since: next, upTo, ...progress };
}

/**
 * Writes what the index that is being filled lacks of the documents that another index got after a checkpoint. If a pass
 * began after it, the one holds every document of the other that was there when this began: what the pass could not see
 * was committed later, so its document was written after the checkpoint. This takes as long as there are such documents,
 * however many builds no index has acknowledged, as after an import.
 *
 * @param after see {@link writeCheckpoint}
 */
export async function copyWrites(
  stores: Stores,
  { from, after }: { from: string; after: number },
  signal: AbortSignal,
): Promise<Written> {
  const { elasticsearch, indexAlias } = stores;
  const alias = fillingAlias(indexAlias);
  const { id } = await openSnapshot(elasticsearch, from);
  let progress = nothingWritten;
  try {
    for await (const ids of snapshotIds(elasticsearch, id, signal, after))
      progress = addWritten(progress, await writeMissing(stores, alias, ids, signal));
  } finally {
    await closeSnapshot(elasticsearch, id);
  }
  await elasticsearch.indices.refresh({ index: alias }, { signal });
  return progress;
}

async function writeMissing(
  { database, elasticsearch }: Stores,
  alias: string,
  ids: readonly string[],
  signal: AbortSignal,
) {
  signal.throwIfAborted();
  const missing = await missingDocuments(elasticsearch, { index: alias }, ids, signal);
  return await writeBuilds(elasticsearch, alias, await readBuildsOfIds(database, missing), signal);
}

/**
 * Reads page after page, up to one that is not full: what is added while the pages are dealt with would otherwise keep
 * a reader busy indefinitely.
 *
 * @param read gives the page behind an item, up to `size` items
 */
async function* pages<T>(size: number, read: (last: T | undefined) => Promise<T[]>): AsyncGenerator<T[]> {
  for (let last: T | undefined; ; ) {
    const page = await read(last);
    if (page.length > 0) yield page;
    if (page.length < size) return;
    last = page.at(-1);
  }
}
