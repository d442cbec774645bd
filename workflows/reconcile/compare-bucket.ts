import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowCancellationType,
  ParentClosePolicy,
  sleep,
  startChild,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import type { ObjectToIngest } from '../../activities/reconcile/compare-bucket.ts';
import type { UnseenObject } from '../../drizzle/queries/bucket-comparison.ts';
import type { ingestMessage } from '../ingest-message.ts';
import type { Fact } from '../progress.ts';
import type { RunControl } from '../run-control.ts';
import { longSteps, shortSteps } from '../steps.ts';
import { examplesFact } from './compare-index.ts';

/** Places of a sample: a page is listed behind each. */
const samplePlaces = 50;

/** Objects that are looked at again and ingested; more of them are work for a backfill. */
const maxObjects = 1_000;

/** Keys that a report names. */
const maxExamples = 10;

/** How long the report waits for the ingestions that were started. */
const patience = '10 minutes';

/** How the bucket is compared. */
export interface CompareBucketInput {
  readonly bucket: string;
  readonly extent: 'sample' | 'whole';
  readonly repair: boolean;
  /** Seconds after which an object that was just written must have been seen. */
  readonly graceSeconds: number;
  /** Pages of a thousand keys that one activity lists; 50 by default. */
  readonly pagesAtOnce?: number | undefined;
}

/** How the bucket and the table of objects compare. */
export interface BucketComparison {
  readonly listed: number;
  /** Of these, those that are a buildhub.json. */
  readonly matched: number;
  /** Objects that were never seen; objects with another content than was seen. */
  readonly unseen: number;
  readonly changed: number;
  /** Whether there are so many that a backfill has to ingest them: those beyond a thousand are only counted. */
  readonly isTruncated: boolean;
  readonly examples: readonly string[];
  /** Objects that may be on their way, and will be looked at again after the grace period. */
  readonly awaited: number;
  /** Objects whose ingestion was started, and their results so far. */
  readonly started: number;
  readonly ingested: number;
  readonly failed: number;
  /** Why the bucket could not be compared. */
  readonly problem?: string;
}

/** Where a listing stands when the workflow continues as new. */
export interface BucketWalk {
  readonly sum: BucketComparison;
  /** The keys behind which it continues. */
  readonly next: readonly string[];
  /** Differences that were counted, and the first of them. */
  readonly counted: number;
  readonly found: readonly UnseenObject[];
}

/**
 * Finds objects of the bucket that were never seen, or not as they are now, and starts their ingestion if that is wanted.
 * A sample lists a page behind each of some keys chosen at random, and the first page.
 *
 * @param carried where the run before has ended, if there was one
 * @param onProgress called with the sum after each part
 * @param continueWith continues as new
 */
export async function compareBucket(
  input: CompareBucketInput,
  control: RunControl,
  carried: BucketWalk | undefined,
  onProgress: (sum: BucketComparison) => void,
  continueWith: (walk: BucketWalk) => Promise<never>,
): Promise<void> {
  const { bucket, repair, graceSeconds } = input;
  let sum = carried?.sum ?? {
    ...{ listed: 0, matched: 0, unseen: 0, changed: 0, isTruncated: false, examples: [], awaited: 0 },
    ...{ started: 0, ingested: 0, failed: 0 },
  };
  const report = (change: Partial<BucketComparison>) => {
    sum = { ...sum, ...change };
    onProgress(sum);
  };
  let walk: Omit<BucketWalk, 'sum'>;
  try {
    walk = await list(input, control, { ...carried, sum }, report, continueWith);
  } catch (error) {
    const cause = error instanceof ActivityFailure ? error.cause : undefined;
    if (!(cause instanceof ApplicationFailure) || cause.type !== 'NoSuchBucket') throw error;
    return report({ problem: cause.message });
  }
  const { found, counted } = walk;
  if (found.length === 0) return;
  report({ awaited: found.length });
  control.enter('waiting');
  await sleep(graceSeconds * 1_000);
  const still = await control.step(() => longSteps.recheckObjects({ bucket, objects: found }));
  const isTruncated = counted > found.length && found.length === maxObjects;
  const changed = still.filter(({ state }) => state === 'changed').length;
  report({
    unseen: still.length - changed + (isTruncated ? counted - found.length : 0),
    ...{ changed, isTruncated, awaited: 0 },
    examples: still.slice(0, maxExamples).map(({ key }) => key),
  });
  if (!repair) return;
  control.enter('ingesting');
  await ingest(bucket, still, () => sum, report);
}

/** Lists the bucket, or a sample of it, and finds what was not seen as it is now. */
async function list(
  { bucket, extent, pagesAtOnce = 50 }: CompareBucketInput,
  control: RunControl,
  carried: Partial<BucketWalk> & Pick<BucketWalk, 'sum'>,
  report: (change: Partial<BucketComparison>) => void,
  continueWith: (walk: BucketWalk) => Promise<never>,
): Promise<Omit<BucketWalk, 'sum'>> {
  const isSample = extent === 'sample';
  const found = new Map(carried.found?.map((object) => [object.key, object]));
  const firstStarts = () => (isSample ? shortSteps.sampleKeys({ bucket, count: samplePlaces }) : ['']);
  let { sum, counted = 0 } = carried;
  let next: readonly string[] = carried.next ?? (await firstStarts());
  while (next.length > 0) {
    const starts: readonly string[] = next;
    const pages = isSample ? 1 : pagesAtOnce;
    const part = await control.step(() =>
      longSteps.compareBucket({ bucket, starts, pages, limit: maxObjects }),
    );
    sum = { ...sum, listed: sum.listed + part.listed, matched: sum.matched + part.matched };
    report(sum);
    counted += part.unseen + part.changed;
    for (const object of part.objects) if (found.size < maxObjects) found.set(object.key, object);
    next = !isSample && part.next !== undefined ? [part.next] : [];
    if (next.length > 0 && control.isLong)
      await continueWith({ sum, next, counted, found: [...found.values()] });
  }
  return { next, counted, found: [...found.values()] };
}

/** Starts the ingestions, which outlive this workflow, and waits some time for their results. */
async function ingest(
  bucket: string,
  objects: readonly ObjectToIngest[],
  sum: () => BucketComparison,
  report: (change: Partial<BucketComparison>) => void,
): Promise<void> {
  const results: Promise<void>[] = [];
  for (const object of objects) {
    const child = await start(bucket, object);
    if (!child) continue;
    report({ started: sum().started + 1 });
    const count = (outcome: 'ingested' | 'failed') => report({ [outcome]: sum()[outcome] + 1 });
    results.push(
      child.result().then(
        ({ outcome }) => count(outcome === 'missing' ? 'failed' : 'ingested'),
        () => count('failed'),
      ),
    );
  }
  await Promise.race([Promise.all(results), sleep(patience)]);
}

async function start(bucket: string, { key, etag, workflowId }: ObjectToIngest) {
  try {
    return await startChild<typeof ingestMessage>('ingestMessage', {
      workflowId,
      args: [{ messageId: 'reconcile', objects: [{ bucket, key, ...(etag !== undefined && { etag }) }] }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      cancellationType: ChildWorkflowCancellationType.ABANDON,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      staticSummary: 'Found by a reconciliation',
    });
  } catch (error) {
    // It is being ingested at this moment.
    if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
    throw error;
  }
}

/** Differences that were found, and how many of them are left. */
export function bucketDifferences({ unseen, changed, ingested }: BucketComparison) {
  return { found: unseen + changed, left: unseen + changed - ingested };
}

/** For people. */
export function bucketFacts(bucket: BucketComparison, extent: string): Fact[] {
  return [
    { label: `Keys listed (${extent})`, value: bucket.listed },
    { label: 'buildhub.json objects', value: bucket.matched },
    ...(bucket.awaited > 0
      ? [{ label: 'Not seen yet, given a minute to arrive', value: bucket.awaited }]
      : []),
    { label: 'Objects never seen', value: bucket.unseen },
    { label: 'Objects that have changed', value: bucket.changed },
    { label: 'Ingestions started', value: bucket.started },
    { label: 'Ingestions that succeeded', value: bucket.ingested },
    { label: 'Ingestions that failed', value: bucket.failed },
    ...examplesFact('Never seen or changed, for example', bucket.examples),
  ];
}
