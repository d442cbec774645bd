import { workflowInfo } from '@temporalio/workflow';
import type { Extent, Unindexed } from '../../activities/reconcile/compare-index.ts';
import type { Fact, Progress } from '../progress.ts';
import { RunControl, type Work } from '../run-control.ts';
import { longSteps } from '../steps.ts';
import {
  type BucketComparison,
  bucketDifferences,
  bucketFacts,
  compareBucket,
  ingestionsInFlight,
} from './compare-bucket.ts';
import {
  type CompareIndexInput,
  compareIndex,
  examplesFact,
  type IndexComparison,
  indexDifferences,
  indexFacts,
} from './compare-index.ts';

export interface ReconcileInput extends CompareIndexInput {
  /** How much of the bucket is listed: each page costs a request to S3. */
  readonly extent: Extent;
  readonly bucket: string;
  /** Number of the sample, as a report shows it, to compare the same sample again; another one by default. */
  readonly sample?: number | undefined;
  /** Seconds after which what has arrived must be in its place, 60 by default: what is younger may be on its way. */
  readonly graceSeconds?: number | undefined;
}

interface Findings {
  readonly sample: number;
  readonly unindexed?: Unindexed | undefined;
  readonly index?: IndexComparison | undefined;
  readonly bucket?: BucketComparison | undefined;
  /** Whether everything that was wanted is compared. */
  readonly isComplete?: boolean;
}

/**
 * Compares what must agree: builds that Elasticsearch has acknowledged, the documents that it has, and the objects in
 * the bucket. Repairs the differences on request, after the index is compared as a whole; if there are so many that the
 * database is wrong more likely than the index, it repairs nothing and says so. Elasticsearch keeps the snapshot of the
 * index for a quarter of an hour of a pause.
 *
 * It never continues as new: the larger the table and the bucket, the more one step compares.
 */
export async function reconcile(request: ReconcileInput): Promise<Progress> {
  const input = {
    ...request,
    // No person reviews what a schedule deletes.
    allowMassDeletion:
      request.allowMassDeletion === true &&
      workflowInfo().searchAttributes.TemporalScheduledById === undefined,
  };
  const { repair, extent, graceSeconds = 60, sample = Math.floor(Math.random() * 1_000_000) } = input;
  let findings: Findings = { sample };
  const control = new RunControl({
    ...{ firstPhase: 'unindexed', unit: 'builds', dryRun: !repair },
    measure: () => measure(input, findings, control.phase),
  });
  const found = (part: Partial<Findings>) => {
    findings = { ...findings, ...part };
    control.show();
  };
  const checkUnindexed = async (repairs: boolean) => {
    const request = { repair: repairs, graceSeconds };
    found({ unindexed: await control.step(() => longSteps.repairUnindexed(request)) });
  };

  return await control.run(async () => {
    await checkUnindexed(false);
    control.enter('comparing');
    await compareIndex(input, sample, control, (index) => found({ index }));
    const repairs = repair && findings.index?.refusal === undefined;
    if (repairs && findings.unindexed?.found) await checkUnindexed(true);
    if (extent !== 'none') {
      control.enter('listing');
      const request = { ...input, graceSeconds, sample, repair: repairs };
      await compareBucket(request, control, (bucket) => found({ bucket }));
    }
    found({ isComplete: true });
  });
}

function measure(input: ReconcileInput, findings: Findings, phase: string): Work {
  const { repair, contents, extent } = input;
  const { unindexed, index, bucket, sample } = findings;
  const differences = differencesOf(findings);
  const left = differences.reduce((sum, difference) => sum + difference.left, 0);
  const isSampled = contents === 'sample' || extent === 'sample';
  return {
    done: index?.rows ?? 0,
    ...(index && { total: phase === 'comparing' ? Math.max(index.rows, index.documents) : index.rows }),
    facts: [
      { label: 'Verdict', value: verdictOf(input, findings) },
      ...(isSampled ? [{ label: 'Sample', value: String(sample) }] : []),
      ...(unindexed ? unindexedFacts(unindexed) : []),
      ...(index ? indexFacts(index) : []),
      ...(bucket ? bucketFacts(bucket, extent) : []),
    ],
    problem:
      index?.refusal ?? bucket?.problem ?? (left > 0 ? problemOf(left, repair, index, bucket) : undefined),
    ...(left > 0 &&
      (!repair || index?.refusal !== undefined) && {
        repair: { repair: true, contents, extent, bucket: input.bucket, sample },
      }),
  };
}

function differencesOf({ unindexed, index, bucket }: Findings) {
  return [
    ...(unindexed ? [{ found: unindexed.found, left: unindexed.found - unindexed.repaired }] : []),
    ...(index ? [indexDifferences(index)] : []),
    ...(bucket ? [bucketDifferences(bucket)] : []),
  ];
}

/** What the comparison shows: that all agrees is said only of what was compared. */
function verdictOf({ extent }: ReconcileInput, findings: Findings): string {
  const { index, bucket, isComplete } = findings;
  if (bucket?.problem !== undefined || differencesOf(findings).some(({ found }) => found > 0))
    return 'There are differences';
  if (!isComplete) return 'Comparison incomplete';
  const hasObjects = (bucket?.matched ?? 0) > 0;
  if (!index?.rows && !index?.documents && !hasObjects) return 'Nothing to compare';
  const missing = [
    ...(index && index.documents > 0 && index.compared === 0 ? ['contents'] : []),
    ...(extent !== 'none' && !hasObjects ? ['objects'] : []),
  ];
  return missing.length === 0
    ? 'No differences'
    : `No differences in what was compared. Not compared: ${missing.join(', ')}`;
}

function unindexedFacts({ found, repaired, refused, refusals, examples }: Unindexed): Fact[] {
  return [
    { label: 'Builds never indexed', value: found },
    { label: 'Of these, indexed now', value: repaired },
    { label: 'Of these, rejected by Elasticsearch', value: refused },
    ...examplesFact('Never indexed, for example', examples),
    ...refusals.map(({ id, reason }) => ({ label: `Build ${id}`, value: reason })),
  ];
}

function problemOf(
  left: number,
  repair: boolean,
  index: IndexComparison | undefined,
  bucket: BucketComparison | undefined,
): string {
  if (bucket?.isTruncated)
    return `${left} differences are left. Run a backfill: there are too many objects to ingest here.`;
  if (!repair) return `${left} differences are left. Reconcile with repair to remove them.`;
  if (index && index.toRewrite.length < index.missing + index.differing)
    return `${left} differences are left. Run a reindex: there are too many documents to write again here.`;
  if (bucket && left === ingestionsInFlight(bucket))
    return `${left} objects are still being ingested. Reconcile again to check them.`;
  return `${left} differences are left that could not be repaired: see the rejected builds and failed ingestions.`;
}
