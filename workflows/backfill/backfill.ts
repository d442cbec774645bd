import { condition, continueAsNew, isCancellation } from '@temporalio/workflow';
import {
  addCounts,
  addDenied,
  type BackfillCounts,
  type DeniedObject,
  noCounts,
} from '../../activities/backfill/backfill-counts.ts';
import type { DryRun, SliceResult } from '../../activities/backfill/backfill-range.ts';
import type { KeyRange } from '../../activities/backfill/key-range.ts';
import type { BackfillPlan, KeySource } from '../../activities/backfill/plan-backfill.ts';
import type { Fact, Progress } from '../progress.ts';
import { type Carried, RunControl, throwIfCancelled, type Work } from '../run-control.ts';
import { longSteps, shortSteps } from '../steps.ts';

/** Ranges for each slot at the start. They differ in size; what turns out to be large is cut again. */
const partsPerSlot = 2;

/** Seconds of work between two reports; fewer if others may want a share of what is left. */
const sliceSeconds = { usual: 15, scarce: 5 };

export interface BackfillInput {
  readonly bucket: string;
  readonly source: KeySource;
  /** Writes nothing, and reports what would be done. */
  readonly dryRun?: DryRun | undefined;
  /** Downloads per second, over all ranges; no limit by default. */
  readonly rateLimit?: number | undefined;
  /** Ranges that are worked on at the same time; 4 by default. */
  readonly concurrency?: number | undefined;
  /** Downloads at the same time in each of them; 12 by default. */
  readonly downloads?: number | undefined;
  /** Keys that there are about, for a total if S3 does not report one. */
  readonly expectedKeys?: number | undefined;
  /** Events of the history after which the workflow continues as new; 4,000 by default. */
  readonly maxHistory?: number | undefined;
}

/**
 * Ingests what is in a bucket and missing in the table, or there with another ETag.
 *
 * The keys are cut into ranges that are worked through side by side, in slices of some seconds each: one activity that
 * lists, compares and ingests page by page, and returns what is left. So a whole hour of one slot is some hundreds of
 * events, a pause begins within seconds, and a range that turns out to be large is cut again for slots that have run out
 * of work. Nothing but the ranges that are left and the counts is kept, which is what the workflow continues as new with.
 * (In Temporal's catalogue: sliding window, resumable activity.)
 *
 * @throws {ApplicationFailure} if the bucket, the list of keys or the inventory does not exist
 */
export async function backfill(input: BackfillInput, carried?: Carried<BackfillState>): Promise<Progress> {
  const { bucket, source, dryRun, rateLimit = null, concurrency = 4, downloads = 12, expectedKeys } = input;
  const { maxHistory = 4_000 } = input;
  let state = carried?.state ?? beginState({ ranges: [], startedAt: '' });
  const running = new Set<KeyRange>();
  let hasFailed = false;
  const control = new RunControl({
    ...{ firstPhase: 'planning', unit: 'keys', dryRun: dryRun !== undefined, rateLimit, maxHistory },
    measure: () => measureBackfill(state, running.size),
    cleanUp: async () => {
      if (source.kind === 'key-list') await shortSteps.forgetKeyList(source.list);
    },
    carried: carried?.control,
  });

  return await control.run(async () => {
    if (control.phase === 'planning') await plan();
    const slots = await Promise.allSettled(Array.from({ length: concurrency }, workSlot));
    throwIfCancelled();
    for (const slot of slots) if (slot.status === 'rejected') throw slot.reason;
    if (state.waiting.length > 0)
      await continueAsNew<typeof backfill>(input, { state, control: await control.handOver() });
  });

  async function plan(): Promise<void> {
    const planned = await longSteps.planBackfill({ bucket, source, parts: concurrency * partsPerSlot });
    state = beginState(planned, expectedKeys);
    control.enter('running');
  }

  /** Works through one range after another, until nothing is left or nothing more is to be begun in this run. */
  async function workSlot(): Promise<void> {
    const isOver = () => isEnding() || (state.waiting.length === 0 && running.size === 0);
    for (;;) {
      await condition(() => canTake() || isOver());
      if (isOver()) return;
      const [range, ...waiting] = state.waiting;
      // Another slot was faster: there may be more ranges later.
      if (!canTake() || !range) continue;
      state = { ...state, waiting };
      running.add(range);
      await control.step(() => workSlice(range));
    }
  }

  async function workSlice(range: KeyRange): Promise<void> {
    const perSlot = control.rateLimit === null ? undefined : control.rateLimit / concurrency;
    try {
      const result = await longSteps.backfillRange({
        ...{ bucket, range, downloads, dryRun, startedAt: state.startedAt },
        seconds: state.waiting.length < concurrency ? sliceSeconds.scarce : sliceSeconds.usual,
        // Each slot has its share whether or not the others use theirs: the limit is never exceeded.
        objectsPerSecond: perSlot,
      });
      state = countSlice(state, result, range);
      const parts = result.rest ? await share(result.rest) : [];
      state = { ...state, waiting: [...parts, ...state.waiting] };
    } catch (error) {
      hasFailed = true;
      throw error;
    } finally {
      running.delete(range);
    }
  }

  /** Cuts what is left of a range if other slots have nothing to do. */
  async function share(rest: KeyRange): Promise<readonly KeyRange[]> {
    const idle = concurrency - running.size - state.waiting.length;
    const isWhole = rest.kind === 'inventory-file' || (rest.kind === 'listed-keys' && rest.indivisible);
    if (idle <= 0 || isWhole || isEnding() || control.isPaused) return [rest];
    try {
      return await longSteps.splitBackfillRange({ bucket, range: rest, parts: 2 * (idle + 1) });
    } catch (error) {
      if (isCancellation(error)) return [rest];
      throw error;
    }
  }

  function canTake(): boolean {
    return !isEnding() && !control.isPaused && state.waiting.length > 0;
  }

  function isEnding(): boolean {
    return hasFailed || control.isLong;
  }
}

/** Where a backfill stands: with the state of its control, all that a run hands to the next one. */
export interface BackfillState {
  /** Ranges that nobody works on. */
  readonly waiting: readonly KeyRange[];
  readonly counts: BackfillCounts;
  readonly denied: readonly DeniedObject[];
  readonly rangesDone: number;
  /** By the clock of PostgreSQL, ISO 8601. */
  readonly startedAt: string;
  /** Bytes of inventory files, all and those that are done; 0 for other sources. */
  readonly bytes: { readonly total: number; readonly done: number };
  readonly totalKeys?: number | undefined;
}

export function beginState(plan: BackfillPlan, expectedKeys?: number): BackfillState {
  return {
    waiting: plan.ranges,
    counts: noCounts,
    denied: [],
    rangesDone: 0,
    startedAt: plan.startedAt,
    bytes: { total: plan.ranges.reduce((sum, range) => sum + bytesOf(range), 0), done: 0 },
    totalKeys: plan.totalKeys ?? expectedKeys,
  };
}

/** The state with a slice counted; what is left of its range is not yet among those that wait. */
export function countSlice(
  state: BackfillState,
  { counts, denied, rest }: SliceResult,
  range: KeyRange,
): BackfillState {
  const isDone = rest === undefined;
  return {
    ...state,
    counts: addCounts(state.counts, counts),
    denied: addDenied(state.denied, denied),
    rangesDone: state.rangesDone + (isDone ? 1 : 0),
    bytes: isDone ? { ...state.bytes, done: state.bytes.done + bytesOf(range) } : state.bytes,
  };
}

/**
 * How far a backfill is. The files of an inventory are weighed by their size, since nobody knows how many keys they have.
 *
 * @param running ranges that are worked on
 */
export function measureBackfill(state: BackfillState, running: number): Work {
  const { counts, denied, rangesDone, waiting, bytes, totalKeys } = state;
  const toLookAt = counts.invalid + counts.missing + counts.denied;
  return {
    done: counts.listed,
    total: totalKeys,
    share: bytes.total > 0 ? bytes.done / bytes.total : undefined,
    facts: [
      ...factsOf(counts),
      ...(bytes.total > 0
        ? [{ label: 'Inventory read', value: `${((100 * bytes.done) / bytes.total).toFixed(1)}%` }]
        : []),
      { label: 'Ranges done', value: `${rangesDone} of ${rangesDone + running + waiting.length}` },
      ...denied.map(({ key, reason }) => ({ label: `Access denied: ${key}`, value: reason })),
    ],
    problem:
      toLookAt > 0
        ? `${toLookAt} objects were not ingested: see the failures, and for denied access the permissions of the worker.`
        : undefined,
  };
}

function factsOf(counts: BackfillCounts): Fact[] {
  return [
    { label: 'buildhub.json objects', value: counts.matched },
    { label: 'New', value: counts.new },
    { label: 'Changed', value: counts.changed },
    { label: 'Unchanged', value: counts.unchanged },
    { label: 'Quarantined before', value: counts.quarantinedBefore },
    { label: 'Invalid', value: counts.invalid },
    { label: 'Missing', value: counts.missing },
    { label: 'Access denied by S3', value: counts.denied },
    { label: 'Builds inserted', value: counts.inserted },
    { label: 'Builds indexed', value: counts.indexed },
  ];
}

function bytesOf(range: KeyRange): number {
  return range.kind === 'inventory-file' ? range.size : 0;
}
