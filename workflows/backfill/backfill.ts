import { condition, continueAsNew, isCancellation } from '@temporalio/workflow';
import type { DryRun } from '../../activities/backfill/backfill-range.ts';
import type { KeyRange } from '../../activities/backfill/key-range.ts';
import type { KeySource } from '../../activities/backfill/plan-backfill.ts';
import type { Progress } from '../progress.ts';
import { type ControlState, RunControl, throwIfCancelled } from '../run-control.ts';
import { longSteps, shortSteps } from '../steps.ts';
import { type BackfillState, beginState, countSlice, measureBackfill } from './backfill-state.ts';

/** Ranges for each slot at the start. They differ in size; what turns out to be large is cut again. */
const partsPerSlot = 2;

/** Seconds of work between two reports; fewer if others may want a share of what is left. */
const sliceSeconds = { usual: 15, scarce: 5 };

/** What a backfill is to do. */
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

/** What a run hands to the next one. */
interface Carried {
  readonly state: BackfillState;
  readonly control: ControlState;
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
export async function backfill(input: BackfillInput, carried?: Carried): Promise<Progress> {
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
      const [range, ...waiting] = state.waiting;
      if (!canTake() || !range) return;
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
