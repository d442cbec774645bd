import { ActivityFailure, ApplicationFailure, CancellationScope } from '@temporalio/workflow';
import type { Extent, IndexSnapshot, Orphans } from '../../activities/reconcile/compare-index.ts';
import { isMassDeletion } from '../mass-deletion.ts';
import type { Fact } from '../progress.ts';
import type { RunControl } from '../run-control.ts';
import { longSteps, shortSteps } from '../steps.ts';

const plannedRanges = 50;

const smallestRange = 10_000;
const mostRanges = 1_000;

/** Rows of a range: more in a large table, so that the history of the workflow stays short. */
export function rangeSizeOf({ documents, rows }: Pick<IndexSnapshot, 'documents' | 'rows'>): number {
  return Math.max(smallestRange, Math.ceil(Math.max(documents, rows) / mostRanges));
}

/** How often the comparison begins again after Elasticsearch has lost the snapshot. */
const maxSnapshots = 3;

/** Documents that a repair writes again, and how many at once. If there are more, a reindex is faster. */
const maxRewritten = 10_000;
const rewrittenAtOnce = 1_000;

const maxExamples = 10;

export interface CompareIndexInput {
  readonly repair: boolean;
  /** Permits a repair to delete and overwrite more documents than {@link isMassDeletion} allows. */
  readonly allowMassDeletion?: boolean | undefined;
  readonly contents: Extent;
  /** Rows of one range, for tests. */
  readonly rangeSize?: number | undefined;
}

export type IndexComparison = Readonly<typeof noComparison>;

const noComparison = {
  rows: 0,
  /** In the index, and of these the ones that belong to a row. */
  documents: 0,
  matched: 0,
  /** Builds that Elasticsearch has acknowledged and does not have. */
  missing: 0,
  missingExamples: [] as readonly string[],
  /** Documents that were compared by content, and those that are not what their build says. */
  compared: 0,
  differing: 0,
  differingExamples: [] as readonly string[],
  /** Builds that a repair writes again: the first of both. */
  toRewrite: [] as readonly string[],
  orphans: { found: 0, deleted: 0, examples: [] } as Orphans,
  repaired: 0,
  /** Why nothing is repaired, although that was wanted. */
  refusal: undefined as string | undefined,
};

/**
 * Compares the table with the index, range by range against one snapshot of the index, so that what is ingested
 * meanwhile does not blur the counts. If all agrees that costs about a microsecond a build; only if there are more
 * documents than rows that have one, all documents are looked through.
 *
 * Repairs only after everything is counted, so that an empty or a wrong database is noticed before the index is changed.
 *
 * @param sample number of the sample of contents
 * @param onProgress called with the sum after each range
 */
export async function compareIndex(
  input: CompareIndexInput,
  sample: number,
  control: RunControl,
  onProgress: (sum: IndexComparison) => void,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const snapshot = await shortSteps.openIndexSnapshot();
    try {
      const sum = await compare(snapshot, input, sample, control, onProgress);
      if (input.repair) await repair(sum, snapshot.id, input, control, onProgress);
      return;
    } catch (error) {
      if (attempt === maxSnapshots || !isSnapshotGone(error)) throw error;
    } finally {
      await CancellationScope.nonCancellable(() => shortSteps.closeIndexSnapshot(snapshot.id));
    }
  }
}

async function compare(
  snapshot: IndexSnapshot,
  { repair, contents, rangeSize = rangeSizeOf(snapshot) }: CompareIndexInput,
  sample: number,
  control: RunControl,
  onProgress: (sum: IndexComparison) => void,
): Promise<IndexComparison> {
  const { upTo, documents } = snapshot;
  let sum = { ...noComparison, documents };
  for (let after = '0'; ; ) {
    const ranges = await shortSteps.planRanges({ after, upTo, size: rangeSize, count: plannedRanges });
    if (ranges.length === 0) break;
    for (const range of ranges) {
      await control.step(async () => {
        const maxIds = Math.max(maxExamples, (repair ? maxRewritten : 0) - sum.toRewrite.length);
        const part = { after: range.after, upTo: range.upTo, snapshot, contents, sample, maxIds };
        const { rows, documents: matched, missing, compared, differing } = await longSteps.compareRange(part);
        sum = {
          ...sum,
          rows: sum.rows + rows,
          matched: sum.matched + matched,
          missing: sum.missing + missing.count,
          missingExamples: [...sum.missingExamples, ...missing.ids].slice(0, maxExamples),
          compared: sum.compared + compared,
          differing: sum.differing + differing.count,
          differingExamples: [...sum.differingExamples, ...differing.ids].slice(0, maxExamples),
          toRewrite: [...sum.toRewrite, ...missing.ids, ...differing.ids].slice(0, maxRewritten),
        };
        onProgress(sum);
      });
      after = range.upTo;
    }
  }
  if (sum.matched === sum.documents) return sum;
  sum = { ...sum, orphans: await control.step(() => longSteps.findOrphans({ snapshot: snapshot.id })) };
  onProgress(sum);
  return sum;
}

async function repair(
  counted: IndexComparison,
  snapshot: string,
  { allowMassDeletion = false }: CompareIndexInput,
  control: RunControl,
  onProgress: (sum: IndexComparison) => void,
): Promise<void> {
  let sum = counted;
  const report = (change: Partial<IndexComparison>) => {
    sum = { ...sum, ...change };
    onProgress(sum);
  };
  const refusal = allowMassDeletion ? undefined : whyRefused(counted);
  if (refusal !== undefined) return report({ refusal });
  control.enter('repairing');
  for (let from = 0; from < sum.toRewrite.length; from += rewrittenAtOnce) {
    const ids = sum.toRewrite.slice(from, from + rewrittenAtOnce);
    const written = await control.step(() => longSteps.rewriteDocuments(ids));
    report({ repaired: sum.repaired + written });
  }
  const { found } = sum.orphans;
  if (found === 0) return;
  report({ orphans: await control.step(() => longSteps.findOrphans({ snapshot, deleteUpTo: found })) });
}

function whyRefused({ documents, orphans, compared, differing }: IndexComparison): string | undefined {
  const faults = [
    ...(isMassDeletion(orphans.found, documents)
      ? [`${orphans.found} of ${documents} documents have no build in the database`]
      : []),
    ...(isMassDeletion(differing, compared)
      ? [`${differing} of ${compared} documents that were compared differ from the database`]
      : []),
  ];
  if (faults.length === 0) return undefined;
  return (
    `Nothing was repaired: ${faults.join(', and ')}. That is more than a repair may delete or overwrite without permission. ` +
    'Check DATABASE_URL and ELASTICSEARCH_INDEX. If they are right, reindex, or repair with allow_mass_deletion.'
  );
}

function isSnapshotGone(error: unknown): boolean {
  return (
    error instanceof ActivityFailure &&
    error.cause instanceof ApplicationFailure &&
    error.cause.type === 'SnapshotGone'
  );
}

export function indexDifferences({ missing, differing, orphans, repaired }: IndexComparison) {
  const found = missing + differing + orphans.found;
  return { found, left: found - repaired - orphans.deleted };
}

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

export function examplesFact(label: string, examples: readonly string[]): Fact[] {
  return examples.length === 0 ? [] : [{ label, value: examples.join(', ') }];
}
