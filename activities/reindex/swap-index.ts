import { writeNote } from '../../elasticsearch/index-note.ts';
import { listBuildIndexes } from '../../elasticsearch/list-build-indexes.ts';
import { moveAlias } from '../../elasticsearch/move-alias.ts';
import type { ActivityDependencies } from '../activities.ts';

export interface SwapIndexInput {
  readonly from?: string | undefined;
  readonly to: string;
  /** A moment before this, by PostgreSQL's clock: what was acknowledged earlier is in the index that retires. */
  readonly since: string;
}

/** How many documents the index before and the one after it hold, at the moment of the swap. */
export interface Swapped {
  readonly documentsBefore: number;
  readonly documentsAfter: number;
}

/**
 * Makes an index the live one. The one that was live so far keeps a note of when that ended, by which it can be
 * returned to.
 */
export function makeSwapIndex({
  elasticsearch,
  indexAlias,
}: Pick<ActivityDependencies, 'elasticsearch' | 'indexAlias'>) {
  return async function swapIndex({ from, to, since }: SwapIndexInput): Promise<Swapped> {
    const indexes = await listBuildIndexes(elasticsearch, indexAlias);
    const live = indexes.find(({ state }) => state === 'live');
    // Before the swap, so that no index can stop being live without the note.
    if (live && live.name !== to) {
      const { run } = live;
      await writeNote(elasticsearch, live.name, { ...(run !== undefined && { run }), retiredAt: since });
    }
    await moveAlias(elasticsearch, indexAlias, to);
    const documentsOf = (index?: string) => indexes.find(({ name }) => name === index)?.documents ?? 0;
    return { documentsBefore: documentsOf(from), documentsAfter: documentsOf(to) };
  };
}
