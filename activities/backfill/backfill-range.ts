import { Context } from '@temporalio/activity';
import { compareObjects } from '../../drizzle/queries/compare-objects.ts';
import { currentRun } from '../current-attempt.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { addCounts, type BackfillCounts, noCounts } from './backfill-counts.ts';
import { type Batch, batchesOf } from './batch.ts';
import { addDenied, type DeniedObject } from './denied-objects.ts';
import { keyListPages } from './key-list.ts';
import type { KeyPage } from './key-page.ts';
import type { KeyRange } from './key-range.ts';
import { listedPages, lister } from './list-keys.ts';
import { createPace } from './pace.ts';
import { type BatchResult, type DryRun, processBatch } from './process-batch.ts';
import { inventoryPages } from './read-inventory.ts';
import { SliceClock } from './slice-clock.ts';

/** Objects that are read, inserted and indexed together. */
const maxBatchObjects = 250;

/** Where downloads are limited, a batch is no more than this many seconds of them. */
const maxBatchSeconds = 2;

/** Milliseconds. A heartbeat also tells that the activity lives, while a service lets it wait. */
const heartbeatInterval = 1_000;

/**
 * An object that S3 does not hand out is left out from this attempt on, some fifteen seconds after the first: what is one
 * object's fault must not hold up all others behind it for ever.
 */
const attemptsUntilDenied = 5;

/** A slice of a backfill's work. */
export interface BackfillSlice {
  readonly bucket: string;
  readonly range: KeyRange;
  /** When the backfill began, by the clock of PostgreSQL. */
  readonly startedAt: string;
  /** After about so many seconds what is left is returned, so that it can be paused, shared and counted. */
  readonly seconds: number;
  /** Downloads at the same time. */
  readonly downloads: number;
  readonly objectsPerSecond?: number | undefined;
  /** Where it is set nothing is written. */
  readonly dryRun?: DryRun | undefined;
}

/** What came of a slice. It is also what each heartbeat carries, and what another attempt goes on from. */
export interface SliceResult {
  readonly counts: BackfillCounts;
  /** The first objects that S3 did not hand out. */
  readonly denied?: readonly DeniedObject[];
  /** What is left of the range; undefined where nothing is. */
  readonly rest?: KeyRange | undefined;
}

/**
 * Works through a range for some seconds: lists a page of keys, compares it with the table in one query, reads what is
 * new or changed, inserts, indexes. While one batch is ingested the next keys are listed and compared. Ends early,
 * with what is done, where the backfill is cancelled or the worker told to stop. Objects that S3 does not hand out, again
 * and again, are left out and counted.
 *
 * @throws what can pass, after everything that succeeded is safe; the next attempt goes on behind it
 */
export function makeBackfillRange(dependencies: ActivityDependencies) {
  return async function backfillRange(slice: BackfillSlice): Promise<SliceResult> {
    const context = Context.current();
    const former = context.info.heartbeatDetails as SliceResult | undefined;
    let done: SliceResult = former ?? { counts: noCounts, rest: slice.range };
    if (done.rest === undefined) return done;
    const process = processorOf(dependencies, slice);
    const clock = new SliceClock(slice.seconds);
    const isOver = () => clock.isOver() || context.cancellationSignal.aborted;
    const beating = setInterval(() => context.heartbeat(done), heartbeatInterval);
    let inHand: Promise<void> = Promise.resolve();
    try {
      for await (const batch of batchesFor(dependencies, slice, done.rest, clock, isOver)) {
        await inHand;
        inHand = process(batch).then(({ counts, denied }) => {
          done = {
            counts: addCounts(done.counts, counts),
            denied: addDenied(done.denied, denied),
            rest: batch.rest,
          };
          context.heartbeat(done);
        });
        // Awaited with the next batch; until then a failure must not count as one that nobody handles.
        inHand.catch(() => undefined);
      }
      await inHand;
      return done;
    } finally {
      clearInterval(beating);
    }
  };
}

function batchesFor(
  dependencies: ActivityDependencies,
  { bucket, startedAt, objectsPerSecond }: BackfillSlice,
  range: KeyRange,
  clock: SliceClock,
  isOver: () => boolean,
): AsyncIterable<Batch> {
  const { workflowId } = currentRun();
  const compare = (keys: readonly string[]) =>
    compareObjects(dependencies.database, bucket, keys, workflowId, startedAt);
  const perBatch = Math.ceil((objectsPerSecond ?? Number.POSITIVE_INFINITY) * maxBatchSeconds);
  return batchesOf({
    range,
    pages: clock.startWith(pagesOf(dependencies, bucket, range)),
    compare,
    maxWanted: Math.min(maxBatchObjects, perBatch),
    isOver,
  });
}

function processorOf(
  dependencies: ActivityDependencies,
  { bucket, downloads, objectsPerSecond, dryRun }: BackfillSlice,
): (batch: Batch) => Promise<BatchResult> {
  const origin = { bucket, ...currentRun() };
  const leavesDenied = Context.current().info.attempt >= attemptsUntilDenied;
  const reading = { bucket, downloads, pace: createPace(objectsPerSecond), leavesDenied };
  return (batch) => processBatch(dependencies, origin, reading, batch, dryRun);
}

function pagesOf(
  { s3, database }: ActivityDependencies,
  bucket: string,
  range: KeyRange,
): AsyncIterable<KeyPage> {
  if (range.kind === 'key-list-slice') return keyListPages(database, range);
  if (range.kind === 'inventory-file') return inventoryPages(s3, range);
  return listedPages(lister(s3, bucket), range);
}
