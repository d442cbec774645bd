import type { CheckedRange } from '../../activities/reindex/fill-range.ts';
import type { Preparation } from '../../activities/reindex/index-lifecycle.ts';
import type { Swapped } from '../../activities/reindex/swap-index.ts';
import type { Refusal, Written } from '../../elasticsearch/write-builds.ts';
import type { Fact } from '../progress.ts';
import type { Work } from '../run-control.ts';

const maxExamples = 10;

/** Builds that Elasticsearch refuses are remembered up to here, and counted beyond it while the index is filled. */
const maxRefusals = 20;

/** Where a reindex stands: with the state of its control, all that a run hands to the next one. */
export interface ReindexState {
  preparation?: Preparation;
  /** The last id of the ranges that the present walk through the table has done, and the rows in them. */
  cursor: string;
  walked: number;
  /** What the next pass of catching up begins at. */
  since: string;
  /** The largest id when the last pass began: how far the index is compared. */
  upTo: string;
  /** Documents written while filling and catching up; builds that arrived meanwhile. */
  documents: number;
  arrived: number;
  refused: number;
  refusals: readonly Refusal[];
  checked: { rows: number; documents: number; missing: number };
  missing: readonly string[];
  /** Seconds until the index was full. */
  fillSeconds?: number;
  swapped?: Swapped;
}

export function newReindexState(): ReindexState {
  return {
    ...{ cursor: '0', walked: 0, since: '', upTo: '0', documents: 0, arrived: 0, refused: 0 },
    refusals: [],
    checked: { rows: 0, documents: 0, missing: 0 },
    missing: [],
  };
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

export function countChecked(state: ReindexState, { rows, documents, missing }: CheckedRange): void {
  state.checked.rows += rows;
  state.checked.documents += documents;
  state.checked.missing += missing.length;
  state.missing = [...state.missing, ...missing].slice(0, maxExamples);
}

/** How far a reindex is. `done` and `total` are rows of the walk through the table that fills the index, or checks it. */
export function measureReindex(state: ReindexState): Work {
  const { preparation, walked, checked, swapped, fillSeconds, documents } = state;
  const named = (label: string, value: string | number | undefined): Fact[] =>
    value === undefined ? [] : [{ label, value }];
  return {
    done: walked,
    total: preparation && Math.max(preparation.rows, walked),
    facts: [
      ...named('From', preparation?.from),
      ...named('To', preparation?.to),
      { label: 'Documents written', value: documents },
      { label: 'Builds that arrived meanwhile', value: state.arrived },
      { label: 'Rejected by Elasticsearch', value: state.refused },
      ...(checked.rows > 0
        ? [
            { label: 'Rows compared', value: checked.rows },
            { label: 'Documents compared', value: checked.documents },
            { label: 'Searchable before and missing now', value: checked.missing },
          ]
        : []),
      ...named('Documents before the swap', swapped?.documentsBefore),
      ...named('Documents after the swap', swapped?.documentsAfter),
      ...named('Seconds until the index was full', fillSeconds && Number(fillSeconds.toFixed(1))),
      ...named('Documents per second', fillSeconds && Math.round(documents / fillSeconds)),
      ...state.refusals
        .slice(0, maxExamples)
        .map(({ id, reason }) => ({ label: `Build ${id}`, value: reason })),
      ...named('Missing, for example', state.missing.length > 0 ? state.missing.join(', ') : undefined),
    ],
  };
}
