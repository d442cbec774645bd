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
import type { ObjectToIngest } from '../activities/reconcile/compare-bucket.ts';
import type { UnseenObject } from '../drizzle/queries/unseen-objects.ts';
import type { ingestMessage } from './ingest-message.ts';
import { addListed, type BucketComparison, type Course, maxExamples } from './reconcile-report.ts';
import { longSteps, shortSteps } from './reindex-steps.ts';

/** Pages of a thousand keys that one activity lists, unless told otherwise. */
const usualPagesAtOnce = 50;

/** Places of a sample: a page is listed behind each. */
const samplePlaces = 50;

/** Objects that are looked at again and brought in; more of them are work for a backfill. */
const maxObjects = 1_000;

/** How long the ingestions that were started are waited for, for the report. */
const patience = '10 minutes';

/** How the bucket is compared. */
export interface CompareBucketSettings {
  readonly bucket: string;
  readonly extent: 'sample' | 'whole';
  readonly repair: boolean;
  /** Seconds after which an object that was just written must have been seen. */
  readonly graceSeconds: number;
  /** Pages of a thousand keys that one activity lists. */
  readonly pagesAtOnce?: number | undefined;
}

/** Where a listing stands when the workflow continues as new. */
export interface BucketWalk {
  readonly sum: BucketComparison;
  /** The keys behind which it goes on. */
  readonly next: readonly string[];
  /** Differences that were counted, and the first of them. */
  readonly counted: number;
  readonly found: readonly UnseenObject[];
}

/**
 * Finds objects of the bucket that were never seen, or not as they are now, and starts their ingestion if so wished. A
 * sample lists a page behind each of some keys chosen at random, and the first page.
 *
 * @param carried where the run before has ended, if there was one
 * @param onProgress told the sum after each part
 * @param course how it is kept going
 * @returns the comparison or, where the history was long enough, what the next run goes on with
 */
export async function compareBucket(
  { bucket, extent, repair, graceSeconds, pagesAtOnce = usualPagesAtOnce }: CompareBucketSettings,
  carried: BucketWalk | undefined,
  onProgress: (sum: BucketComparison) => void,
  course: Course,
): Promise<BucketComparison | { readonly rest: BucketWalk }> {
  let sum: BucketComparison = carried?.sum ?? {
    ...{ bucket, extent, listed: 0, matched: 0, unseen: 0, changed: 0, isTruncated: false, examples: [] },
    ...{ started: 0, ingested: 0, failed: 0 },
  };
  const found = new Map(carried?.found.map((object) => [object.key, object]));
  let counted = carried?.counted ?? 0;
  try {
    const starts =
      carried?.next ??
      (extent === 'sample' ? await shortSteps.sampleKeys({ bucket, count: samplePlaces }) : ['']);
    const pages = extent === 'sample' ? 1 : pagesAtOnce;
    for (let next: readonly string[] = starts; next.length > 0; ) {
      await course.untilResumed();
      const part = await longSteps.compareBucket({ bucket, starts: next, pages, limit: maxObjects });
      sum = addListed(sum, part);
      counted += part.unseen + part.changed;
      for (const object of part.objects) if (found.size < maxObjects) found.set(object.key, object);
      onProgress(sum);
      next = extent === 'whole' && part.next !== undefined ? [part.next] : [];
      if (next.length > 0 && course.isLong())
        return { rest: { sum, next, counted, found: [...found.values()] } };
    }
  } catch (error) {
    const cause = error instanceof ActivityFailure ? error.cause : undefined;
    if (!(cause instanceof ApplicationFailure) || cause.type !== 'NoSuchBucket') throw error;
    return { ...sum, problem: cause.message };
  }
  if (found.size === 0) return sum;
  // What is on its way has arrived by then.
  onProgress({ ...sum, awaited: found.size });
  await sleep(graceSeconds * 1_000);
  const still = await longSteps.recheckObjects({ bucket, objects: [...found.values()] });
  const isTruncated = counted > found.size && found.size === maxObjects;
  const beyond = isTruncated ? counted - found.size : 0;
  const changed = still.filter(({ state }) => state === 'changed').length;
  sum = {
    ...sum,
    unseen: still.length - changed + beyond,
    changed,
    isTruncated,
    examples: still.slice(0, maxExamples).map(({ key }) => key),
  };
  onProgress(sum);
  return repair ? await ingest(sum, still, onProgress) : sum;
}

/** Starts the ingestions, which outlive this workflow, and waits some time for what comes of them. */
async function ingest(
  comparison: BucketComparison,
  objects: readonly ObjectToIngest[],
  onProgress: (sum: BucketComparison) => void,
): Promise<BucketComparison> {
  let sum = comparison;
  const results: Promise<void>[] = [];
  for (const object of objects) {
    const child = await start(comparison.bucket, object);
    if (!child) continue;
    sum = { ...sum, started: sum.started + 1 };
    const count = (outcome: 'ingested' | 'failed') => {
      sum = { ...sum, [outcome]: sum[outcome] + 1 };
      onProgress(sum);
    };
    results.push(
      child.result().then(
        ({ outcome }) => count(outcome === 'missing' ? 'failed' : 'ingested'),
        () => count('failed'),
      ),
    );
  }
  await Promise.race([Promise.all(results), sleep(patience)]);
  return sum;
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
