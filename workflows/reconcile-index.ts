import { ActivityFailure, ApplicationFailure, CancellationScope } from '@temporalio/workflow';
import type { IndexSnapshot } from '../activities/reconcile/index-snapshot.ts';
import { addRange, type IndexComparison, noComparison } from './reconcile-report.ts';
import { longSteps, shortSteps } from './reindex-steps.ts';

/** Rows of one range, and ranges that are planned ahead. */
const rangeSize = 10_000;
const plannedRanges = 50;

/** Of the ranges, one in so many is compared by content where a sample is wanted. */
const sampledRanges = 20;

/** How often the comparison begins again where Elasticsearch has lost the snapshot. */
const maxSnapshots = 3;

/** How the index is compared. */
export interface CompareIndexInput {
  readonly repair: boolean;
  readonly contents: 'none' | 'sample' | 'whole';
}

/**
 * Compares the table with the index, range by range against one snapshot of the index, so that what is ingested
 * meanwhile does not blur the counts. Where all agrees that costs about a microsecond a build; only where there are
 * more documents than rows that have one, all documents are looked through.
 *
 * @param onProgress told the sum after each range
 */
export async function compareIndex(
  input: CompareIndexInput,
  onProgress: (sum: IndexComparison) => void,
): Promise<IndexComparison> {
  for (let attempt = 1; ; attempt++) {
    const snapshot = await shortSteps.openIndexSnapshot();
    try {
      return await compareWith(snapshot, input, onProgress);
    } catch (error) {
      if (attempt === maxSnapshots || !isSnapshotGone(error)) throw error;
    } finally {
      await CancellationScope.nonCancellable(() => shortSteps.closeIndexSnapshot(snapshot.id));
    }
  }
}

async function compareWith(
  snapshot: IndexSnapshot,
  { repair, contents }: CompareIndexInput,
  onProgress: (sum: IndexComparison) => void,
): Promise<IndexComparison> {
  let sum: IndexComparison = { ...noComparison, documents: snapshot.documents };
  // A sample is another one each time.
  let untilSampled = Math.floor(Math.random() * sampledRanges);
  for (let after = '0'; ; ) {
    const ranges = await shortSteps.planRanges({
      after,
      upTo: snapshot.upTo,
      size: rangeSize,
      count: plannedRanges,
    });
    const last = ranges.at(-1);
    if (!last) break;
    for (const range of ranges) {
      const isSampled = untilSampled-- === 0;
      if (isSampled) untilSampled = sampledRanges - 1;
      const compared = await longSteps.compareRange({
        after: range.after,
        upTo: range.upTo,
        snapshot,
        contents: contents === 'whole' || (contents === 'sample' && isSampled),
        repair,
      });
      sum = addRange(sum, compared);
      onProgress(sum);
    }
    after = last.upTo;
  }
  if (sum.matched === sum.documents) return sum;
  return { ...sum, orphans: await longSteps.findOrphans({ snapshot: snapshot.id, repair }) };
}

function isSnapshotGone(error: unknown): boolean {
  return (
    error instanceof ActivityFailure &&
    error.cause instanceof ApplicationFailure &&
    error.cause.type === 'SnapshotGone'
  );
}
