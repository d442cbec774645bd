import { ActivityFailure, ApplicationFailure, CancellationScope, ContinueAsNew } from '@temporalio/workflow';
import type { ComparedRange, IndexSnapshot, Orphans } from '../../activities/reconcile/compare-index.ts';
import type { Fact } from '../progress.ts';
import type { RunControl } from '../run-control.ts';
import { longSteps, shortSteps } from '../steps.ts';

/** Ranges that are planned ahead. */
const plannedRanges = 50;

/** Of the ranges, one in so many is compared by content if a sample is wanted. */
const sampledRanges = 20;

/** How often the comparison begins again after Elasticsearch has lost the snapshot. */
const maxSnapshots = 3;

/** Ids that a report names of each kind. */
const maxExamples = 10;

/** How the index is compared. */
export interface CompareIndexInput {
  readonly repair: boolean;
  readonly contents: 'none' | 'sample' | 'whole';
  /** Rows of one range; 10,000 by default. */
  readonly rangeSize?: number | undefined;
}

/** How the table and the index compare. */
export interface IndexComparison {
  readonly rows: number;
  /** In the index, and of these the ones that belong to a row. */
  readonly documents: number;
  readonly matched: number;
  /** Builds that Elasticsearch has acknowledged and does not have. */
  readonly missing: number;
  readonly missingExamples: readonly string[];
  /** Documents that were compared by content, and those that are not what their build says. */
  readonly compared: number;
  readonly differing: number;
  readonly differingExamples: readonly string[];
  /** Documents without a row. */
  readonly orphans: Orphans;
  /** Documents that were written again. */
  readonly repaired: number;
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

const noComparison: IndexComparison = {
  ...{ rows: 0, documents: 0, matched: 0, missing: 0, compared: 0, differing: 0, repaired: 0 },
  missingExamples: [],
  differingExamples: [],
  orphans: { found: 0, deleted: 0, examples: [] },
};

/**
 * Compares the table with the index, range by range against one snapshot of the index, so that what is ingested
 * meanwhile does not blur the counts. If all agrees that costs about a microsecond a build; only if there are more
 * documents than rows that have one, all documents are looked through.
 *
 * @param carried where the run before has ended, if there was one
 * @param onProgress called with the sum after each range
 * @param continueWith continues as new
 */
export async function compareIndex(
  input: CompareIndexInput,
  control: RunControl,
  carried: IndexWalk | undefined,
  onProgress: (sum: IndexComparison) => void,
  continueWith: (walk: IndexWalk) => Promise<never>,
): Promise<void> {
  let walk = carried ?? (await begin(1, noComparison));
  for (;;) {
    const { snapshot, attempt } = walk;
    const closeSnapshot = () =>
      CancellationScope.nonCancellable(() => shortSteps.closeIndexSnapshot(snapshot.id));
    let found = walk.sum;
    const onRange = (sum: IndexComparison) => {
      found = sum;
      onProgress(sum);
    };
    try {
      await compareWith(walk, input, control, onRange, continueWith);
      return await closeSnapshot();
    } catch (error) {
      if (error instanceof ContinueAsNew) throw error;
      await closeSnapshot();
      if (attempt === maxSnapshots || !isSnapshotGone(error)) throw error;
    }
    walk = await begin(attempt + 1, input.repair ? found : noComparison);
  }
}

/** @param found what was found before and repaired, so that it is not there to be found again */
async function begin(attempt: number, found: IndexComparison): Promise<IndexWalk> {
  const { missing, missingExamples, differing, differingExamples, repaired } = found;
  const snapshot = await shortSteps.openIndexSnapshot();
  return {
    ...{ snapshot, attempt, after: '0' },
    // A sample is another one each time.
    untilSampled: Math.floor(Math.random() * sampledRanges),
    sum: {
      ...{ ...noComparison, missing, missingExamples, differing, differingExamples, repaired },
      documents: snapshot.documents,
    },
  };
}

async function compareWith(
  walk: IndexWalk,
  { repair, contents, rangeSize: size = 10_000 }: CompareIndexInput,
  control: RunControl,
  onRange: (sum: IndexComparison) => void,
  continueWith: (walk: IndexWalk) => Promise<never>,
): Promise<void> {
  const { snapshot } = walk;
  const { upTo } = snapshot;
  let { after, untilSampled, sum } = walk;
  for (;;) {
    const ranges = await shortSteps.planRanges({ after, upTo, size, count: plannedRanges });
    if (ranges.length === 0) break;
    for (const range of ranges) {
      const isSampled = untilSampled === 0;
      untilSampled = isSampled ? sampledRanges - 1 : untilSampled - 1;
      await control.step(async () => {
        const compared = await longSteps.compareRange({
          ...{ after: range.after, upTo: range.upTo, snapshot, repair },
          contents: contents === 'whole' || (contents === 'sample' && isSampled),
        });
        sum = addRange(sum, compared);
        onRange(sum);
      });
      after = range.upTo;
      if (control.isLong) await continueWith({ ...walk, after, untilSampled, sum });
    }
  }
  if (sum.matched === sum.documents) return;
  const orphans = await control.step(() => longSteps.findOrphans({ snapshot: snapshot.id, repair }));
  onRange({ ...sum, orphans });
}

function addRange(sum: IndexComparison, range: ComparedRange): IndexComparison {
  return {
    ...sum,
    rows: sum.rows + range.rows,
    matched: sum.matched + range.documents,
    missing: sum.missing + range.missing.length,
    missingExamples: [...sum.missingExamples, ...range.missing].slice(0, maxExamples),
    compared: sum.compared + range.compared,
    differing: sum.differing + range.differing.length,
    differingExamples: [...sum.differingExamples, ...range.differing].slice(0, maxExamples),
    repaired: sum.repaired + range.repaired,
  };
}

function isSnapshotGone(error: unknown): boolean {
  return (
    error instanceof ActivityFailure &&
    error.cause instanceof ApplicationFailure &&
    error.cause.type === 'SnapshotGone'
  );
}

/** Differences that were found, and how many of them are left. */
export function indexDifferences({ missing, differing, orphans, repaired }: IndexComparison) {
  const found = missing + differing + orphans.found;
  return { found, left: found - repaired - orphans.deleted };
}

/** For people. */
export function indexFacts(index: IndexComparison): Fact[] {
  const { orphans } = index;
  return [
    { label: 'Builds', value: index.rows },
    { label: 'Documents', value: index.documents },
    { label: 'Builds without a document', value: index.missing },
    { label: 'Documents without a build', value: orphans.found },
    { label: 'Contents compared', value: index.compared },
    { label: 'Contents that differ', value: index.differing },
    { label: 'Documents written again', value: index.repaired },
    { label: 'Documents deleted', value: orphans.deleted },
    ...examplesFact('Missing, for example', index.missingExamples),
    ...examplesFact('Without a build, for example', orphans.examples),
    ...examplesFact('Differing, for example', index.differingExamples),
  ];
}

/** Names a few, if there are any. */
export function examplesFact(label: string, examples: readonly string[]): Fact[] {
  return examples.length === 0 ? [] : [{ label, value: examples.join(', ') }];
}
