import { Context } from '@temporalio/activity';
import { compareObjects } from '../../drizzle/queries/bucket-comparison.ts';
import { currentRun, lastHeartbeat, withHeartbeats } from '../current-attempt.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { addCounts, addDenied, type BackfillCounts, type DeniedObject, noCounts } from './backfill-counts.ts';
import { type Batch, batchesOf } from './batch.ts';
import { indexStoredBuilds, ingestObjects } from './ingest-objects.ts';
import { inventoryPages } from './inventory.ts';
import { keyListPages } from './key-list.ts';
import type { KeyPage, KeyRange } from './key-range.ts';
import { listedPages, lister } from './list-keys.ts';
import { createRateLimiter, readObjects } from './read-objects.ts';

/** New builds wait for the statement and the request in front of them, so those must be short. */
const maxBatchObjects = 100;

/** With a rate limit, a batch is no more than this many seconds of downloads. */
const maxBatchSeconds = 2;

/**
 * An object to which S3 denies access is left out from this attempt on, some fifteen seconds after the first: the fault of
 * one object must not hold up all others behind it.
 */
const attemptsUntilDenied = 5;

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
  /** If set, nothing is written. */
  readonly dryRun?: DryRun | undefined;
}

/** The result of a slice. It is also what each heartbeat carries, and what another attempt continues from. */
export interface SliceResult {
  readonly counts: BackfillCounts;
  /** The first objects to which S3 denied access. */
  readonly denied: readonly DeniedObject[];
  /** What is left of the range; undefined if nothing is. */
  readonly rest?: KeyRange | undefined;
}

/**
 * Works through a range for some seconds: lists a page of keys, compares it with the table in one query, reads what is
 * new or changed, inserts, indexes. While one batch is ingested the next keys are listed and compared. Ends early, with
 * what is done, when the backfill is cancelled or the worker shuts down. Objects to which S3 denies access repeatedly are
 * left out and counted.
 *
 * @throws what can pass, after everything that succeeded is safe; the next attempt continues behind it
 */
export async function backfillRange(dependencies: ActivityDependencies, slice: BackfillSlice) {
  let done = lastHeartbeat<SliceResult>() ?? { counts: noCounts, denied: [], rest: slice.range };
  const { rest } = done;
  if (rest === undefined) return done;
  await withHeartbeats(
    async (signal) => {
      const process = processorOf(dependencies, slice, signal);
      const clock = sliceClock(slice.seconds);
      const isOver = () => clock.isOver() || signal.aborted;
      let inFlight: Promise<void> = Promise.resolve();
      try {
        const pages = clock.startWith(pagesOf(dependencies, slice.bucket, rest, signal));
        for await (const batch of batchesFor(dependencies, slice, rest, pages, isOver)) {
          const isLast = isOver();
          await inFlight;
          // At a low rate limit the batch before it can have taken longer than the slice, and this one would again.
          if (!isLast && isOver()) break;
          inFlight = process(batch).then(({ counts, denied }) => {
            done = {
              counts: addCounts(done.counts, counts),
              denied: addDenied(done.denied, denied),
              rest: batch.rest,
            };
            Context.current().heartbeat(done);
          });
          // Awaited with the next batch; until then a failure must not count as unhandled.
          inFlight.catch(() => undefined);
        }
        await inFlight;
      } catch (error) {
        if (!signal.aborted) throw error;
        // A batch that is being read is dropped; one that is being written is counted.
        await inFlight.catch(() => undefined);
      }
    },
    () => done,
  );
  return done;
}

function batchesFor(
  dependencies: ActivityDependencies,
  { bucket, startedAt, objectsPerSecond }: BackfillSlice,
  range: KeyRange,
  pages: AsyncIterable<KeyPage>,
  isOver: () => boolean,
): AsyncIterable<Batch> {
  const { workflowId } = currentRun();
  const compare = async (keys: readonly string[]) => {
    await dependencies.giveWay();
    return await compareObjects(dependencies.database, bucket, keys, workflowId, startedAt);
  };
  const perBatch = Math.ceil((objectsPerSecond ?? Number.POSITIVE_INFINITY) * maxBatchSeconds);
  return batchesOf({
    ...{ range, pages, compare, isOver },
    maxWanted: Math.min(maxBatchObjects, perBatch),
  });
}

function pagesOf(
  { s3, database }: ActivityDependencies,
  bucket: string,
  range: KeyRange,
  signal: AbortSignal,
): AsyncIterable<KeyPage> {
  if (range.kind === 'key-list-slice') return keyListPages(database, range);
  if (range.kind === 'inventory-file') return inventoryPages(s3, range, signal);
  return listedPages(lister(s3, bucket, signal), range);
}

export interface DryRun {
  /** Reads them, to find the invalid ones; else they are only counted. */
  readonly validate: boolean;
}

/**
 * Returns how to read, insert and index what a batch is about. The counts of the comparison are part of the result. It
 * throws what can pass, after everything of the batch that could be done is done.
 */
function processorOf(
  dependencies: ActivityDependencies,
  { bucket, downloads, objectsPerSecond, dryRun }: BackfillSlice,
  signal: AbortSignal,
) {
  const run = currentRun();
  const leavesOutDenied = Context.current().info.attempt >= attemptsUntilDenied;
  const untilAllowed = createRateLimiter(objectsPerSecond, signal);
  const reading = { bucket, downloads, untilAllowed, leavesOutDenied, signal };
  return async (batch: Batch) => {
    if (dryRun && !dryRun.validate)
      return { counts: addCounts(batch.counts, tally(batch.wanted.map(({ as }) => as))), denied: [] };
    const readAt = new Date().toISOString();
    const objects = await readObjects(dependencies, reading, batch.wanted);
    const denied = objects.flatMap((object) =>
      object.status === 'denied' ? [{ key: object.object.key, reason: object.reason }] : [],
    );
    const states = objects.map(({ status, object }) =>
      status === 'unmodified' ? object.otherwise : object.as,
    );
    const found = addCounts(addCounts(batch.counts, { denied: denied.length }), tally(states));
    if (dryRun) {
      throwFailure(objects);
      const faults = objects
        .map(({ status }) => status)
        .filter((status) => status === 'invalid' || status === 'missing');
      return { counts: addCounts(found, tally(faults)), denied };
    }
    const done = await ingestObjects(dependencies, { ...run, bucket, readAt }, objects);
    const indexed = batch.unindexed.length === 0 ? 0 : await indexStoredBuilds(dependencies, batch.unindexed);
    throwFailure(objects);
    return { counts: addCounts(addCounts(found, done), { indexed }), denied };
  };
}

/** If one could not be read, the batch is repeated, and finds the others done. */
function throwFailure(objects: Awaited<ReturnType<typeof readObjects>>): void {
  const failed = objects.find((object) => object.status === 'failed');
  if (failed?.status === 'failed') throw failed.error;
}

function tally(names: readonly (keyof BackfillCounts)[]): Partial<BackfillCounts> {
  const counts: Partial<Record<keyof BackfillCounts, number>> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/**
 * Decides when a slice is over. Time counts from its first page on, and a slice lasts at least as long as that page took:
 * to skip what is done of a large inventory file takes longer and longer, and would become all that a slice does.
 */
export function sliceClock(seconds: number) {
  const began = performance.now();
  let end = Number.POSITIVE_INFINITY;
  return {
    isOver: () => performance.now() >= end,
    /** The pages unchanged; the first starts the clock. */
    async *startWith(pages: AsyncIterable<KeyPage>) {
      for await (const page of pages) {
        const now = performance.now();
        if (end === Number.POSITIVE_INFINITY) end = now + Math.max(seconds * 1_000, now - began);
        yield page;
      }
    },
  };
}
