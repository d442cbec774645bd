import { listBuildIndexes, moveAlias, writeMetadata } from '../../elasticsearch/build-index.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { withHeartbeats } from '../heartbeats.ts';
import { type CaughtUp, makeCatchUp } from './catch-up.ts';

export interface SwapIndexInput {
  readonly from?: string | undefined;
  readonly to: string;
  /** A moment before this, by PostgreSQL's clock: what was acknowledged earlier is in the index that retires. */
  readonly since: string;
  /** Whether the index that becomes live catches up once more just before, from `since`. */
  readonly catchesUp?: boolean;
}

/** How many documents the index before and the one after it hold, at the moment of the swap. */
export interface Swapped {
  readonly documentsBefore: number;
  readonly documentsAfter: number;
}

/** A swap, and what the pass just before it has written, if there was one. */
export interface SwappedIndex extends Swapped {
  readonly pass?: CaughtUp;
}

/**
 * Makes an index the live one. The one that was live so far keeps a note of when that ended, by which it can be
 * returned to.
 *
 * The pass of catching up belongs to each attempt: if a worker is killed or Elasticsearch is down, minutes lie
 * between the last pass of the workflow and the swap, and what arrived in them could be found before it and not after.
 */
export function makeSwapIndex(
  dependencies: Pick<ActivityDependencies, 'database' | 'elasticsearch' | 'indexAlias'>,
) {
  const { elasticsearch, indexAlias } = dependencies;
  const catchUp = makeCatchUp(dependencies);
  const findLive = async () => {
    const indexes = await listBuildIndexes(elasticsearch, indexAlias);
    return { indexes, live: indexes.find(({ state }) => state === 'live') };
  };
  /** The pass before the swap; none if the alias has moved already, and so nothing is being filled any more. */
  const catchUpBefore = async ({ to, since }: SwapIndexInput) => {
    const isMoved = async () => (await findLive()).live?.name === to;
    if (await withHeartbeats(() => undefined, isMoved)) return undefined;
    try {
      return await catchUp({ into: 'filling', since });
    } catch (error) {
      // An attempt before this one, which was taken for dead, may have moved it meanwhile.
      if (await isMoved()) return undefined;
      throw error;
    }
  };
  return async function swapIndex(input: SwapIndexInput): Promise<SwappedIndex> {
    const { from, to, since, catchesUp = false } = input;
    const pass = catchesUp ? await catchUpBefore(input) : undefined;
    return await withHeartbeats(
      () => undefined,
      async () => {
        const { indexes, live } = await findLive();
        // Before the swap, so that no index can stop being live without the note.
        if (live && live.name !== to) {
          const { run } = live;
          await writeMetadata(elasticsearch, live.name, {
            ...(run !== undefined && { run }),
            retiredAt: since,
          });
        }
        await moveAlias(elasticsearch, indexAlias, to);
        const documentsOf = (index?: string) => indexes.find(({ name }) => name === index)?.documents ?? 0;
        const counts = { documentsBefore: documentsOf(from), documentsAfter: documentsOf(to) };
        return { ...counts, ...(pass && { pass }) };
      },
    );
  };
}
