import { fillingAlias } from '../../elasticsearch/aliases.ts';
import { endFilling } from '../../elasticsearch/new-index.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { withHeartbeats } from './heartbeats.ts';

/** A merge of a large index takes its time; the server goes on even where nobody waits for it. */
const mergeTimeout = 3_600_000;

export interface FinishIndexInput {
  readonly index: string;
  /** Merge into at most this many segments, which makes searches faster and takes its time. */
  readonly segments?: number | undefined;
}

/** Readies an index that was filled to be searched: merged if so wished, copied, refreshed, and refreshing again. */
export function makeFinishIndex({
  elasticsearch,
  refreshInterval,
}: Pick<ActivityDependencies, 'elasticsearch' | 'refreshInterval'>) {
  return async function finishIndex({ index, segments }: FinishIndexInput): Promise<void> {
    await withHeartbeats(
      () => undefined,
      async (signal) => {
        if (segments !== undefined) {
          await elasticsearch.indices.forcemerge(
            { index, max_num_segments: segments },
            { signal, requestTimeout: mergeTimeout },
          );
        }
        await endFilling(elasticsearch, index, refreshInterval);
      },
    );
  };
}

/**
 * Removes what a reindex that was cancelled has filled; a former index that it was to return to is only let go.
 *
 * @param isNew whether the index was made for this reindex
 */
export function makeDiscardIndex({
  elasticsearch,
  indexAlias,
}: Pick<ActivityDependencies, 'elasticsearch' | 'indexAlias'>) {
  return async function discardIndex({ index, isNew }: { index: string; isNew: boolean }): Promise<void> {
    if (isNew) await elasticsearch.indices.delete({ index }, { ignore: [404] });
    else
      await elasticsearch.indices.deleteAlias({ index, name: fillingAlias(indexAlias) }, { ignore: [404] });
  };
}
