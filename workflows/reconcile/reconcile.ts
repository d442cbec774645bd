import { continueAsNew } from '@temporalio/workflow';
import type { Unindexed } from '../../activities/reconcile/repair-unindexed.ts';
import type { Fact, Progress } from '../progress.ts';
import { type ControlState, RunControl, type Work } from '../run-control.ts';
import { longSteps } from '../steps.ts';
import {
  type BucketComparison,
  type BucketWalk,
  bucketDifferences,
  bucketFacts,
  compareBucket,
} from './compare-bucket.ts';
import {
  type CompareIndexInput,
  compareIndex,
  examplesFact,
  type IndexComparison,
  type IndexWalk,
  indexDifferences,
  indexFacts,
} from './compare-index.ts';

/** What a reconciliation is to do. */
export interface ReconcileInput extends CompareIndexInput {
  /** How much of the bucket is listed: each page costs a request to S3. */
  readonly extent: 'none' | 'sample' | 'whole';
  readonly bucket: string;
  /** Seconds after which what has arrived must be in its place, 60 by default: what is younger may be on its way. */
  readonly graceSeconds?: number | undefined;
  /** Pages of a thousand keys that are listed at once; 50 by default. */
  readonly pagesAtOnce?: number | undefined;
  /** Events of the history after which it continues as new; if Temporal suggests it by default. */
  readonly maxHistory?: number | undefined;
}

/** What was found so far. */
interface Findings {
  readonly unindexed?: Unindexed | undefined;
  readonly index?: IndexComparison | undefined;
  readonly bucket?: BucketComparison | undefined;
}

/** What a run hands to the next one. */
interface Carried {
  readonly control: ControlState;
  readonly findings: Findings;
  /** The comparison that is under way. */
  readonly indexWalk?: IndexWalk;
  readonly bucketWalk?: BucketWalk;
}

/**
 * Compares what must agree: builds that Elasticsearch has acknowledged, the documents that it has, and the objects in
 * the bucket. Repairs the differences, or only reports them. Elasticsearch keeps the snapshot of the index that it works
 * with for a quarter of an hour of a pause.
 */
export async function reconcile(input: ReconcileInput, carried?: Carried): Promise<Progress> {
  const { repair, extent, graceSeconds = 60, maxHistory } = input;
  let findings: Findings = carried?.findings ?? {};
  const control = new RunControl({
    ...{ firstPhase: 'unindexed', unit: 'builds', dryRun: !repair, maxHistory, carried: carried?.control },
    measure: () => measure(input, findings, control.phase),
  });
  const found = (part: Findings) => {
    findings = { ...findings, ...part };
    control.show();
  };
  const continueWith = async (walk: Pick<Carried, 'indexWalk' | 'bucketWalk'>) =>
    await continueAsNew<typeof reconcile>(input, { ...walk, findings, control: await control.handOver() });

  return await control.run(async () => {
    if (control.phase === 'unindexed') {
      found({ unindexed: await control.step(() => longSteps.repairUnindexed({ repair, graceSeconds })) });
      control.enter('comparing');
    }
    if (control.phase === 'comparing') {
      await compareIndex(
        input,
        control,
        carried?.indexWalk,
        (index) => found({ index }),
        (indexWalk) => continueWith({ indexWalk }),
      );
    }
    if (extent === 'none') return;
    control.enter('listing');
    await compareBucket(
      { ...input, extent, graceSeconds },
      control,
      carried?.bucketWalk,
      (bucket) => found({ bucket }),
      (bucketWalk) => continueWith({ bucketWalk }),
    );
  });
}

function measure({ repair, extent }: ReconcileInput, findings: Findings, phase: string): Work {
  const { unindexed, index, bucket } = findings;
  const differences = [
    ...(unindexed ? [{ found: unindexed.found, left: unindexed.found - unindexed.repaired }] : []),
    ...(index ? [indexDifferences(index)] : []),
    ...(bucket ? [bucketDifferences(bucket)] : []),
  ];
  const agrees = bucket?.problem === undefined && differences.every(({ found }) => found === 0);
  const left = differences.reduce((sum, difference) => sum + difference.left, 0);
  return {
    done: index?.rows ?? 0,
    ...(index && { total: phase === 'comparing' ? Math.max(index.rows, index.documents) : index.rows }),
    facts: [
      { label: 'Verdict', value: agrees ? 'All agrees' : 'There are differences' },
      ...(unindexed ? unindexedFacts(unindexed) : []),
      ...(index ? indexFacts(index) : []),
      ...(bucket ? bucketFacts(bucket, extent) : []),
    ],
    problem: bucket?.problem ?? (left > 0 ? problemOf(left, repair, bucket?.isTruncated) : undefined),
  };
}

function unindexedFacts({ found, repaired, refused, refusals, examples }: Unindexed): Fact[] {
  return [
    { label: 'Builds never indexed', value: found },
    { label: 'Of them indexed now', value: repaired },
    { label: 'Of them refused by Elasticsearch', value: refused },
    ...examplesFact('Never indexed, for example', examples),
    ...refusals.map(({ id, reason }) => ({ label: `Build ${id}`, value: reason })),
  ];
}

function problemOf(left: number, repair: boolean, isTruncated = false): string {
  if (isTruncated)
    return `${left} differences are left. Run a backfill: there are too many objects to ingest here.`;
  if (!repair) return `${left} differences are left. Reconcile with repair to remove them.`;
  return `${left} differences are left that could not be repaired: see the refused builds and failed ingestions.`;
}
