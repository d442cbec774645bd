import { ActivityFailure, ApplicationFailure, CancellationScope } from '@temporalio/workflow';
import type { IndexSnapshot } from '../activities/reconcile/index-snapshot.ts';
import { addRange, type Course, foundOf, type IndexComparison, noComparison } from './reconcile-report.ts';
import { longSteps, shortSteps } from './reindex-steps.ts';

/** Rows of one range, unless told otherwise, and ranges that are planned ahead. */
const usualRangeSize = 10_000;
const plannedRanges = 50;

/** Of the ranges, one in so many is compared by content where a sample is wanted. */
const sampledRanges = 20;

/** How often the comparison begins again where Elasticsearch has lost the snapshot. */
const maxSnapshots = 3;

/** How the index is compared. */
export interface CompareIndexInput {
  readonly repair: boolean;
  readonly contents: 'none' | 'sample' | 'whole';
  /** Rows of one range. */
  readonly rangeSize?: number | undefined;
}

/** Where a comparison stands when the workflow continues as new: the snapshot stays open for the next run. */
export interface IndexWalk {
  readonly snapshot: IndexSnapshot;
  /** How often it has begun. */
  readonly attempt: number;
  /** The last id of the ranges that are compared. */
  readonly after: string;
  readonly untilSampled: number;
  readonly sum: IndexComparison;
}

/**
 * Compares the table with the index, range by range against one snapshot of the index, so that what is ingested
 * meanwhile does not blur the counts. Where all agrees that costs about a microsecond a build; only where there are
 * more documents than rows that have one, all documents are looked through.
 *
 * @param carried where the run before has ended, if there was one
 * @param onProgress told the sum after each range
 * @param course how it is kept going
 * @returns the comparison or, where the history was long enough, what the next run goes on with
 */
export async function compareIndex(
  input: CompareIndexInput,
  carried: IndexWalk | undefined,
  onProgress: (sum: IndexComparison) => void,
  course: Course,
): Promise<IndexComparison | { readonly rest: IndexWalk }> {
  let walk = carried ?? (await begin(1));
  for (;;) {
    const { snapshot, attempt } = walk;
    let isKept = false;
    let found = walk.sum;
    const onRange = (sum: IndexComparison) => {
      found = sum;
      onProgress(sum);
    };
    try {
      const result = await compareWith(walk, input, onRange, course);
      isKept = 'rest' in result;
      return result;
    } catch (error) {
      if (attempt === maxSnapshots || !isSnapshotGone(error)) throw error;
    } finally {
      if (!isKept) await CancellationScope.nonCancellable(() => shortSteps.closeIndexSnapshot(snapshot.id));
    }
    walk = await begin(attempt + 1, input.repair ? found : noComparison);
  }
}

/** @param found what was found before and is not there any more to be found again */
async function begin(attempt: number, found: IndexComparison = noComparison): Promise<IndexWalk> {
  const snapshot = await shortSteps.openIndexSnapshot();
  return {
    snapshot,
    attempt,
    after: '0',
    // A sample is another one each time.
    untilSampled: Math.floor(Math.random() * sampledRanges),
    sum: { ...foundOf(found), documents: snapshot.documents },
  };
}

async function compareWith(
  walk: IndexWalk,
  { repair, contents, rangeSize = usualRangeSize }: CompareIndexInput,
  onProgress: (sum: IndexComparison) => void,
  course: Course,
): Promise<IndexComparison | { readonly rest: IndexWalk }> {
  const { snapshot } = walk;
  let { after, untilSampled, sum } = walk;
  for (;;) {
    const ranges = await shortSteps.planRanges({
      after,
      upTo: snapshot.upTo,
      size: rangeSize,
      count: plannedRanges,
    });
    if (ranges.length === 0) break;
    for (const range of ranges) {
      const isSampled = untilSampled-- === 0;
      await course.untilResumed();
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
      after = range.upTo;
      if (course.isLong()) return { rest: { ...walk, after, untilSampled, sum } };
    }
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
