import type { DeniedObject } from '../../activities/backfill/backfill-counts.ts';
import {
  addCounts,
  addDenied,
  type BackfillCounts,
  noCounts,
} from '../../activities/backfill/backfill-counts.ts';
import type { SliceResult } from '../../activities/backfill/backfill-range.ts';
import type { KeyRange } from '../../activities/backfill/key-range.ts';
import type { BackfillPlan } from '../../activities/backfill/plan-backfill.ts';
import type { Fact } from '../progress.ts';
import type { Work } from '../run-control.ts';

/** Where a backfill stands: with the state of its control, all that a run hands to the next one. */
export interface BackfillState {
  /** Ranges that nobody works on. */
  readonly waiting: readonly KeyRange[];
  readonly counts: BackfillCounts;
  /** The first objects to which S3 denied access. */
  readonly denied: readonly DeniedObject[];
  readonly rangesDone: number;
  /** By the clock of PostgreSQL, ISO 8601. */
  readonly startedAt: string;
  /** Bytes of inventory files, all and those that are done; 0 for other sources. */
  readonly bytes: { readonly total: number; readonly done: number };
  readonly totalKeys?: number | undefined;
}

/** The state of a backfill that was planned. */
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
      ...(bytes.total > 0 ? [{ label: 'Inventory read', value: percentage(bytes.done / bytes.total) }] : []),
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

function percentage(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function bytesOf(range: KeyRange): number {
  return range.kind === 'inventory-file' ? range.size : 0;
}
