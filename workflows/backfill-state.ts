import { addCounts, type BackfillCounts, noCounts } from '../activities/backfill/backfill-counts.ts';
import type { SliceResult } from '../activities/backfill/backfill-range.ts';
import { addDenied, type DeniedObject } from '../activities/backfill/denied-objects.ts';
import type { KeyRange } from '../activities/backfill/key-range.ts';
import type { BackfillPlan } from '../activities/backfill/plan-backfill.ts';

/** Milliseconds that the rates of a progress look back. */
const rateWindow = 120_000;

/** Counts at a moment, to tell rates from. */
interface Sample {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly listed: number;
  readonly inserted: number;
}

/** Where a backfill stands: all that a run hands to the next one when it continues as new. */
export interface BackfillState {
  /** Ranges that nobody works on. */
  readonly waiting: readonly KeyRange[];
  readonly counts: BackfillCounts;
  /** The first objects that S3 did not hand out. */
  readonly denied?: readonly DeniedObject[];
  readonly rangesDone: number;
  /** By the clock of PostgreSQL, ISO 8601. */
  readonly startedAt: string;
  /** Milliseconds since 1970, by Temporal's clock. */
  readonly beganAt: number;
  /** Bytes of inventory files, all and those that are done; 0 for other sources. */
  readonly bytes: { readonly total: number; readonly done: number };
  readonly totalKeys?: number;
  readonly isPaused: boolean;
  readonly objectsPerSecond?: number | undefined;
  readonly samples: readonly Sample[];
}

/** What the state takes over from the input. */
export interface BackfillSettings {
  readonly isPaused: boolean;
  readonly objectsPerSecond?: number | undefined;
  readonly expectedKeys?: number | undefined;
}

/** The state at the start. */
export function beginState(plan: BackfillPlan, now: number, settings: BackfillSettings): BackfillState {
  const totalKeys = plan.totalKeys ?? settings.expectedKeys;
  return {
    waiting: plan.ranges,
    counts: noCounts,
    rangesDone: 0,
    startedAt: plan.startedAt,
    beganAt: now,
    bytes: { total: plan.ranges.reduce((sum, range) => sum + bytesOf(range), 0), done: 0 },
    ...(totalKeys !== undefined && { totalKeys }),
    isPaused: settings.isPaused,
    objectsPerSecond: settings.objectsPerSecond,
    samples: [{ at: now, listed: 0, inserted: 0 }],
  };
}

/** The state with a slice counted; what is left of its range is not yet among those that wait. */
export function countSlice(
  state: BackfillState,
  { counts, denied, rest }: SliceResult,
  range: KeyRange,
  now: number,
): BackfillState {
  const sum = addCounts(state.counts, counts);
  const isDone = rest === undefined;
  return {
    ...state,
    counts: sum,
    denied: addDenied(state.denied, denied),
    rangesDone: state.rangesDone + (isDone ? 1 : 0),
    bytes: isDone ? { ...state.bytes, done: state.bytes.done + bytesOf(range) } : state.bytes,
    samples: [
      ...state.samples.filter(
        ({ at }, index) => at >= now - rateWindow || index === state.samples.length - 1,
      ),
      { at: now, listed: sum.listed, inserted: sum.inserted },
    ],
  };
}

/** Keys and builds per second of late, and the share of the work that is done, where it can be told. */
export function ratesOf(state: BackfillState, now: number) {
  const first = state.samples[0] ?? { at: now, listed: 0, inserted: 0 };
  const seconds = Math.max(0.001, (now - first.at) / 1_000);
  const keysPerSecond = (state.counts.listed - first.listed) / seconds;
  const share = shareDone(state);
  const elapsed = (now - state.beganAt) / 1_000;
  return {
    keysPerSecond,
    buildsPerSecond: (state.counts.inserted - first.inserted) / seconds,
    ...(share !== undefined && { share }),
    ...(share !== undefined && share > 0 && { secondsLeft: (elapsed / share) * (1 - share) }),
  };
}

function shareDone({ bytes, totalKeys, counts }: BackfillState): number | undefined {
  if (bytes.total > 0) return bytes.done / bytes.total;
  return totalKeys === undefined ? undefined : Math.min(1, counts.listed / Math.max(1, totalKeys));
}

function bytesOf(range: KeyRange): number {
  return range.kind === 'inventory-file' ? range.size : 0;
}
