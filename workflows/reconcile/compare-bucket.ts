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
import type { Extent } from '../../activities/reconcile/compare-index.ts';
import type { UnseenObject } from '../../drizzle/queries/bucket-comparison.ts';
import type { ingestMessage } from '../ingest-message.ts';
import { operationPriority } from '../priorities.ts';
import type { Fact } from '../progress.ts';
import type { RunControl } from '../run-control.ts';
import { longSteps, shortSteps } from '../steps.ts';
import { examplesFact } from './compare-index.ts';

/** Places of a sample: a page is listed behind each. */
const samplePlaces = 50;

/** Pages of a thousand keys that one step lists: more with each, so that the history of the workflow stays short. */
const pagesOf = (step: number) => 50 + step;

/** Objects that are looked at again and ingested; more of them are work for a backfill. */
const maxObjects = 1_000;

const maxExamples = 10;

/** How long the report waits for the ingestions that were started. */
const patience = '10 minutes';

export interface CompareBucketInput {
  readonly bucket: string;
  readonly extent: Extent;
  readonly repair: boolean;
  /** Number of the sample: the same number is the same sample. */
  readonly sample: number;
  /** Seconds after which an object that was just written must have been seen. */
  readonly graceSeconds: number;
}

export type BucketComparison = Readonly<typeof noComparison>;

const noComparison = {
  listed: 0,
  /** Of these, those that are a buildhub.json. */
  matched: 0,
  /** Objects that were never seen; objects with another content than was seen. */
  unseen: 0,
  changed: 0,
  /** Whether there are so many that a backfill has to ingest them: those beyond a thousand are only counted. */
  isTruncated: false,
  examples: [] as readonly string[],
  /** Objects that may be on their way, and will be looked at again after the grace period. */
  awaited: 0,
  /** Objects whose ingestion was started, here or by another run, and their results so far. */
  started: 0,
  ingested: 0,
  failed: 0,
  problem: undefined as string | undefined,
};

/**
 * Finds objects of the bucket that were never seen, or not as they are now, and starts their ingestion on request.
 * A sample lists a page behind each of some keys, and the first page.
 *
 * @param onProgress called with the sum after each part
 */
export async function compareBucket(
  input: CompareBucketInput,
  control: RunControl,
  onProgress: (sum: BucketComparison) => void,
): Promise<void> {
  const { bucket, repair, graceSeconds } = input;
  let sum: BucketComparison = noComparison;
  const report = (change: Partial<BucketComparison>) => {
    sum = { ...sum, ...change };
    onProgress(sum);
  };
  const found = new Map<string, UnseenObject>();
  let counted = 0;
  try {
    const isSample = input.extent === 'sample';
    let starts = isSample
      ? await shortSteps.sampleKeys({ bucket, count: samplePlaces, sample: input.sample })
      : [''];
    for (let step = 0; starts.length > 0; step++) {
      const request = { bucket, starts, pages: isSample ? 1 : pagesOf(step), limit: maxObjects - found.size };
      const part = await control.step(() => longSteps.compareBucket(request));
      report({ listed: sum.listed + part.listed, matched: sum.matched + part.matched });
      counted += part.unseen + part.changed;
      for (const object of part.objects) found.set(object.key, object);
      starts = !isSample && part.next !== undefined ? [part.next] : [];
    }
  } catch (error) {
    const cause = error instanceof ActivityFailure ? error.cause : undefined;
    if (!(cause instanceof ApplicationFailure) || cause.type !== 'NoSuchBucket') throw error;
    return report({ problem: cause.message });
  }
  if (found.size === 0) return;
  report({ awaited: found.size });
  control.enter('waiting');
  await sleep(graceSeconds * 1_000);
  const objects = [...found.values()];
  const still = await control.step(() => longSteps.recheckObjects({ bucket, objects }));
  const isTruncated = counted > found.size && found.size === maxObjects;
  const changed = still.filter(({ state }) => state === 'changed').length;
  report({
    unseen: still.length - changed + (isTruncated ? counted - found.size : 0),
    ...{ changed, isTruncated, awaited: 0 },
    examples: still.slice(0, maxExamples).map(({ key }) => key),
  });
  if (!repair) return;
  control.enter('ingesting');
  // The ingestions outlive this workflow; the report waits some time for their results.
  const results: Promise<void>[] = [];
  for (const object of still) {
    const child = await control.step(() => startIngestion(bucket, object));
    report({ started: sum.started + 1 });
    if (!child) continue;
    const count = (outcome: 'ingested' | 'failed') => report({ [outcome]: sum[outcome] + 1 });
    results.push(
      child.result().then(
        ({ outcome }) => count(outcome === 'missing' ? 'failed' : 'ingested'),
        () => count('failed'),
      ),
    );
  }
  await Promise.race([Promise.all(results), sleep(patience)]);
}

async function startIngestion(bucket: string, { key, etag, workflowId }: ObjectToIngest) {
  try {
    return await startChild<typeof ingestMessage>('ingestMessage', {
      workflowId,
      args: [{ messageId: 'reconcile', objects: [{ bucket, key, ...(etag !== undefined && { etag }) }] }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      cancellationType: ChildWorkflowCancellationType.ABANDON,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      staticSummary: 'Found by a reconciliation',
      priority: operationPriority,
    });
  } catch (error) {
    // It is being ingested at this moment.
    if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
    throw error;
  }
}

/** Objects of which no result is known yet. */
export function ingestionsInFlight({ started, ingested, failed }: BucketComparison): number {
  return started - ingested - failed;
}

export function bucketDifferences({ unseen, changed, ingested }: BucketComparison) {
  return { found: unseen + changed, left: unseen + changed - ingested };
}

export function bucketFacts(bucket: BucketComparison, extent: Extent): Fact[] {
  return [
    { label: `Keys listed (${extent})`, value: bucket.listed },
    { label: 'buildhub.json objects', value: bucket.matched },
    ...(bucket.awaited > 0
      ? [{ label: 'Not seen yet (checked again after a minute)', value: bucket.awaited }]
      : []),
    { label: 'Objects never seen', value: bucket.unseen },
    { label: 'Objects that have changed', value: bucket.changed },
    { label: 'Ingestions started', value: bucket.started },
    { label: 'Ingestions that succeeded', value: bucket.ingested },
    { label: 'Ingestions that failed', value: bucket.failed },
    ...examplesFact('Never seen or changed, for example', bucket.examples),
  ];
}
