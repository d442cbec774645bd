import type { CheckedRange } from '../activities/reindex/check-range.ts';
import type { Refusal } from '../elasticsearch/write-builds.ts';
import type { ReindexPhase, ReindexState } from './reindex-state.ts';

/** How far a reindex is: the answer of its query `progress`. */
export interface ReindexProgress {
  readonly phase: ReindexPhase;
  readonly isPaused: boolean;
  /** The index that is searched, and the one that takes its place. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Rows that the present phase has dealt with, of those in the table at the start. */
  readonly done: number;
  readonly total: number;
  /** Rows per second, lately. */
  readonly perSecond: number;
  /** Only while the index is filled. */
  readonly secondsLeft?: number;
  /** Documents written so far. */
  readonly documents: number;
  /** Builds that arrived since the start, as far as they are known. */
  readonly arrived: number;
  readonly refused: number;
  /** Documents that are written per second at most. */
  readonly documentsPerSecond?: number;
  /** ISO 8601; undefined from a worker of an older version. */
  readonly startedAt?: string;
  /** Since then, pauses included. */
  readonly seconds: number;
}

/** What came of a reindex or a roll-back: its result, and its report in PostgreSQL. */
export interface ReindexReport {
  readonly from?: string | undefined;
  readonly to: string;
  /** Rows at the start, beyond a million an estimate, and documents that were written. */
  readonly rows: number;
  readonly documents: number;
  /** Builds that arrived meanwhile, and are in the index as well. */
  readonly arrived: number;
  /** Builds that Elasticsearch will never take, and the first few of them. */
  readonly refused: number;
  readonly refusals: readonly Refusal[];
  /** The comparison before the swap; `missing` could be searched before and cannot be now. */
  readonly checked: { readonly rows: number; readonly documents: number; readonly missing: number };
  readonly differences: readonly CheckedRange[];
  /** Documents of the index before and the one after, when they were swapped. */
  readonly documentsBefore?: number;
  readonly documentsAfter?: number;
  readonly seconds: number;
  /** Seconds until the index was full, and documents per second until then. */
  readonly fillSeconds?: number;
  readonly documentsPerSecond?: number;
  /** Why the index was not swapped. */
  readonly problem?: string;
}

/**
 * Puts together how far a reindex is.
 *
 * @param documentsPerSecond the limit, if any
 */
export function reindexProgress(
  state: ReindexState,
  now: number,
  documentsPerSecond?: number,
): ReindexProgress {
  const { phase, isPaused, preparation, walked, samples, documents, arrived, refused, startedAt } = state;
  const total = preparation?.rows ?? 0;
  const [first, last] = [samples[0], samples.at(-1)];
  const elapsed = first && last ? (last.at - first.at) / 1_000 : 0;
  const perSecond = first && last && elapsed > 0 ? (last.walked - first.walked) / elapsed : 0;
  const isFilling = phase === 'filling' && perSecond > 0;
  return {
    phase,
    isPaused,
    from: preparation?.from,
    to: preparation?.to,
    done: walked,
    total,
    perSecond: Math.round(perSecond),
    ...(isFilling && { secondsLeft: Math.max(0, Math.round((total - walked) / perSecond)) }),
    documents,
    arrived,
    refused,
    ...(documentsPerSecond !== undefined && { documentsPerSecond }),
    startedAt: new Date(startedAt).toISOString(),
    seconds: (now - startedAt) / 1_000,
  };
}

/** Puts together what came of it. */
export function reindexReport(state: ReindexState, now: number, problem?: string): ReindexReport {
  const { preparation, filledAt, startedAt, documents, arrived, refused, refusals } = state;
  const fillSeconds = filledAt === undefined ? undefined : (filledAt - startedAt) / 1_000;
  return {
    from: preparation?.from,
    to: preparation?.to ?? '',
    rows: preparation?.rows ?? 0,
    documents,
    arrived,
    refused,
    refusals,
    checked: state.checked,
    differences: state.differences,
    ...state.swapped,
    seconds: (now - startedAt) / 1_000,
    ...(fillSeconds && { fillSeconds, documentsPerSecond: Math.round(documents / fillSeconds) }),
    ...(problem !== undefined && { problem }),
  };
}

/** Markdown for the Temporal UI. */
export function describeReindex(progress: ReindexProgress): string {
  const { phase, isPaused, from, to, done, total, perSecond, secondsLeft, refused } = progress;
  const left = secondsLeft === undefined ? '' : `, about ${Math.ceil(secondsLeft / 60)} minutes left`;
  return [
    `**${phase}**${isPaused ? ', paused' : ''}${left}`,
    ...(to ? [`From \`${from ?? 'nothing'}\` to \`${to}\``] : []),
    `${done} of ${total} rows in this phase (${perSecond}/s), ${progress.documents} documents written, ` +
      `${progress.arrived} builds arrived meanwhile${refused ? `, ${refused} refused by Elasticsearch` : ''}`,
  ].join('\n\n');
}

/** Markdown for the Temporal UI, at the end. */
export function describeReport(report: ReindexReport): string {
  const { from, to, checked, problem } = report;
  return [
    problem === undefined ? `**done**: \`${to}\` is live` : `**failed**: ${problem}`,
    ...(from && problem === undefined ? [`\`${from}\` is kept, to be returned to`] : []),
    `${report.rows} rows, ${report.documents} documents written in ${report.seconds.toFixed(1)} s, ` +
      `${report.arrived} builds arrived meanwhile, ${report.refused} refused by Elasticsearch`,
    `Compared before the swap: ${checked.rows} rows, ${checked.documents} documents, ${checked.missing} missing`,
    ...report.refusals.map(({ id, reason }) => `- build ${id}: ${reason}`),
    ...report.differences.map(
      ({ after, upTo, rows, documents, examples }) =>
        `- ids above ${after} up to ${upTo}: ${rows} rows, ${documents} documents; missing ${examples.join(', ')} ...`,
    ),
  ].join('\n\n');
}
