import { listBuildIndexes, moveAlias, writeMetadata } from '../../elasticsearch/build-index.ts';
import { isSnapshotGone, writeCheckpoint } from '../../elasticsearch/snapshot.ts';
import { withHeartbeats } from '../current-attempt.ts';
import { type CaughtUp, catchUp, copyWrites } from './catch-up.ts';
import { orGone, type Stores } from './fill-range.ts';
import { allowWrites } from './index-lifecycle.ts';

export interface Swapped {
  readonly documentsBefore: number;
  readonly documentsAfter: number;
}

/**
 * Makes an index the live one. The one that was live so far keeps a note of when that ended, by which it can be
 * returned to. Returns the numbers of {@link Swapped}, and what the passes just before the swap have written.
 *
 * So that no build that a search has shown is missing in the next search, the index that retires takes no writes while
 * the last of its documents are copied: ingestion retries for the fraction of a second that this takes. A pass of catching
 * up, and a copy of what was written during it, come first, so that the last copy is short. All belong to each attempt: if
 * a worker is killed or Elasticsearch is down, minutes lie between the passes of the workflow and the swap.
 */
export async function swapIndex(
  dependencies: Stores,
  input: {
    readonly from?: string | undefined;
    readonly to: string;
    /** A moment before this, by PostgreSQL's clock: what was acknowledged earlier is in the index that retires. */
    readonly since: string;
    /** Whether the index that becomes live catches up just before, from `since`. */
    readonly catchesUp: boolean;
  },
) {
  const { from, to, since, catchesUp } = input;
  const { elasticsearch, indexAlias } = dependencies;
  return await withHeartbeats(async (signal) => {
    const { indexes, live } = await findLive();
    const passes: CaughtUp[] = [];
    if (live && live.name !== to) {
      const { name, run } = live;
      // Before the swap, so that no index can stop being live without the note.
      await writeMetadata(elasticsearch, name, { ...(run !== undefined && { run }), retiredAt: since });
      if (catchesUp) {
        await catchUpAndMove(name, passes, signal).catch(async (error) => {
          // An attempt before this one, which was taken for dead, may have moved the alias meanwhile.
          if ((await findLive()).live?.name !== to) throw error;
        });
      }
    }
    await moveAlias(elasticsearch, indexAlias, to);
    // Again, in case an attempt before this one has moved the alias and no more.
    if (from !== undefined) await allowWrites(elasticsearch, from);
    const documentsOf = (index?: string) => indexes.find(({ name }) => name === index)?.documents ?? 0;
    return { passes, documentsBefore: documentsOf(from), documentsAfter: documentsOf(to) };
  }).catch(orGone);

  async function findLive() {
    const indexes = await listBuildIndexes(elasticsearch, indexAlias);
    return { indexes, live: indexes.find(({ state }) => state === 'live') };
  }

  async function catchUpAndMove(retiring: string, passes: CaughtUp[], signal: AbortSignal): Promise<void> {
    const beforePass = await writeCheckpoint(elasticsearch, retiring);
    const pass = await catchUp(dependencies, { into: 'filling', since });
    passes.push(pass);
    const copy = async (after: number) => {
      const copied = await copyWrites(dependencies, { from: retiring, after }, signal).catch((error) => {
        // An index that has lost its shard cannot be read: then another pass does the same, and takes longer.
        if (!isSnapshotGone(error)) throw error;
        return catchUp(dependencies, { into: 'filling', since: pass.since });
      });
      passes.push({ ...pass, ...copied });
    };
    const beforeCopy = await writeCheckpoint(elasticsearch, retiring);
    await copy(beforePass);
    await withoutWrites(retiring, async () => {
      await copy(beforeCopy);
      await moveAlias(elasticsearch, indexAlias, to);
    });
  }

  /** Runs something while an index takes no writes. Those that were begun before are completed first. */
  async function withoutWrites(index: string, run: () => Promise<void>): Promise<void> {
    try {
      const blocked = await elasticsearch.indices.addBlock({ index, block: 'write' });
      if (!blocked.acknowledged || !blocked.shards_acknowledged)
        throw new Error(`Not every shard of ${index} has stopped taking writes`);
      await run();
    } finally {
      await allowWrites(elasticsearch, index);
    }
  }
}
