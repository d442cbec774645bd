import type { CheckedRange } from '../activities/reindex/check-range.ts';
import type { Preparation } from '../activities/reindex/prepare-index.ts';
import type { Swapped } from '../activities/reindex/swap-index.ts';
import type { Refusal } from '../elasticsearch/write-builds.ts';

/** Milliseconds that the rate looks back. */
const rateWindow = 30_000;

/** Ranges in which something is missing are remembered up to here: more are no accident, but a cause to be found. */
export const maxDifferences = 50;

/** Builds that Elasticsearch refuses are remembered up to here, and counted beyond it while the index is filled. */
const maxRefusals = 20;

/** What a reindex does at a time, in this order; a roll-back has nothing to fill, as a rule. */
export type ReindexPhase =
  | 'preparing'
  | 'filling'
  | 'catching-up'
  | 'finishing'
  | 'checking'
  | 'swapping'
  | 'done';

/** Where a reindex stands: all that a run hands to the next one when it continues as new. */
export interface ReindexState {
  /** Id of the first run. */
  readonly runId: string;
  /** Milliseconds since 1970, by Temporal's clock. */
  readonly startedAt: number;
  phase: ReindexPhase;
  isPaused: boolean;
  /** Documents per second, once that was changed, in place of the input's; null for no limit. */
  limit?: number | null;
  preparation?: Preparation;
  /** Where the walk through the table is: the last id of the ranges that are done. */
  cursor: string;
  /** What the next pass of catching up begins at. */
  since: string;
  /** The largest id when the last pass began: how far the index is compared. */
  upTo: string;
  /** Documents written while filling and catching up; builds that arrived meanwhile. */
  documents: number;
  arrived: number;
  refused: number;
  refusals: readonly Refusal[];
  /** Rows in the ranges that the walk has done. */
  walked: number;
  checked: { rows: number; documents: number; missing: number };
  /** Ranges in which something is missing, up to {@link maxDifferences}. */
  differences: readonly CheckedRange[];
  /** When the index was full, milliseconds since 1970. */
  filledAt?: number;
  swapped?: Swapped;
  /** When progress was kept in the memo last, and in which phase. */
  keptAt?: number;
  keptPhase?: ReindexPhase;
  samples: readonly { readonly at: number; readonly walked: number }[];
}

/** The state at the start. */
export function newReindexState(runId: string, now: number): ReindexState {
  return {
    runId,
    startedAt: now,
    phase: 'preparing',
    isPaused: false,
    cursor: '0',
    since: '',
    upTo: '0',
    documents: 0,
    arrived: 0,
    refused: 0,
    refusals: [],
    walked: 0,
    checked: { rows: 0, documents: 0, missing: 0 },
    differences: [],
    samples: [],
  };
}

/** Goes to the next phase, and back to the start of the table for the next walk. */
export function enter(state: ReindexState, phase: ReindexPhase, now: number): void {
  state.phase = phase;
  state.cursor = '0';
  state.walked = 0;
  state.samples = [{ at: now, walked: 0 }];
}

/** Counts the rows of a range that is done. */
export function countRows(state: ReindexState, rows: number, now: number): void {
  state.walked += rows;
  const recent = state.samples.filter(
    ({ at }, index) => now - at < rateWindow || index === state.samples.length - 1,
  );
  state.samples = [...recent, { at: now, walked: state.walked }];
}

/** What a range that was filled, or a pass of catching up, has written. */
interface Written {
  readonly documents: number;
  readonly refused: number;
  readonly refusals: readonly Refusal[];
}

/** Counts a range that was filled: each row is in one. */
export function countFilled(state: ReindexState, written: Written): void {
  state.documents += written.documents;
  state.refused += written.refused;
  state.refusals = [...state.refusals, ...written.refusals].slice(0, maxRefusals);
}

/** Counts a pass of catching up: what is refused is refused by each. */
export function countCaughtUp(state: ReindexState, { documents, refusals }: Written): void {
  state.documents += documents;
  state.arrived += documents;
  const known = new Set(state.refusals.map(({ id }) => id));
  const others = refusals.filter(({ id }) => !known.has(id));
  if (state.refusals.length === maxRefusals) return;
  state.refused += others.length;
  state.refusals = [...state.refusals, ...others].slice(0, maxRefusals);
}

/** Counts a range that was compared. */
export function countChecked(state: ReindexState, range: CheckedRange): void {
  state.checked.rows += range.rows;
  state.checked.documents += range.documents;
  state.checked.missing += range.missing;
  if (range.missing > 0) state.differences = [...state.differences, range].slice(0, maxDifferences);
}
