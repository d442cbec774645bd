import { type ImportCounts, noImports } from '../activities/import/import-counts.ts';
import type { ReindexReport } from './reindex-progress.ts';

/** What an import does at a time, in this order. */
export type ImportPhase = 'inspecting' | 'importing' | 'reindexing' | 'done';

/** Where an import stands: all that a run hands to the next one when it continues as new. */
export interface ImportState {
  /** Id of the first run. */
  readonly runId: string;
  /** Milliseconds since 1970, by Temporal's clock. */
  readonly startedAt: number;
  phase: ImportPhase;
  isPaused: boolean;
  /** Rows of the source, and where among them the import is: the last id that was brought in. */
  total: number;
  after: string;
  counts: ImportCounts;
  samples: readonly { readonly at: number; readonly rows: number }[];
}

/** How far an import is: the answer of its query `progress`, and in its memo. */
export interface ImportProgress {
  readonly phase: ImportPhase;
  readonly isPaused: boolean;
  readonly total: number;
  readonly counts: ImportCounts;
  /** Rows per second, lately. */
  readonly perSecond: number;
  readonly secondsLeft?: number;
  /** ISO 8601; undefined from a worker of an older version. */
  readonly startedAt?: string;
  /** Since then, pauses included. */
  readonly seconds: number;
}

/** What came of an import: its result, and its report in PostgreSQL. */
export interface ImportReport {
  /** Undefined from a worker of an older version, which left a report only of what was done. */
  readonly phase?: 'done' | 'cancelled';
  readonly bucket: string;
  readonly counts: ImportCounts;
  readonly seconds: number;
  /** What came of the reindex, or why there was none. */
  readonly reindex?: ReindexReport | string;
}

/** The state at the start. */
export function newImportState(runId: string, now: number, after: string): ImportState {
  return {
    runId,
    startedAt: now,
    phase: 'inspecting',
    isPaused: false,
    total: 0,
    after,
    counts: noImports,
    samples: [],
  };
}

/** Puts together how far an import is. */
export function importProgress(state: ImportState, now: number): ImportProgress {
  const { phase, isPaused, total, counts, samples, startedAt } = state;
  const [first, last] = [samples[0], samples.at(-1)];
  const elapsed = first && last ? (last.at - first.at) / 1_000 : 0;
  const perSecond = first && last && elapsed > 0 ? (last.rows - first.rows) / elapsed : 0;
  return {
    phase,
    isPaused,
    total,
    counts,
    perSecond: Math.round(perSecond),
    ...(phase === 'importing' &&
      perSecond > 0 && { secondsLeft: Math.max(0, Math.round((total - counts.rows) / perSecond)) }),
    startedAt: new Date(startedAt).toISOString(),
    seconds: (now - startedAt) / 1_000,
  };
}

/** Markdown for the Temporal UI. */
export function describeImport({
  phase,
  isPaused,
  total,
  counts,
  perSecond,
  secondsLeft,
}: ImportProgress): string {
  const left = secondsLeft === undefined ? '' : `, about ${Math.ceil(secondsLeft / 60)} minutes left`;
  return [
    `**${phase}**${isPaused ? ', paused' : ''}${left}`,
    `${counts.rows} of ${total} rows (${perSecond}/s): ${counts.kept} under their own id, ${counts.otherId} under another`,
    `Hashes: ${counts.hashEqual} equal, ${counts.hashRewritten} with a number that jsonb has rewritten, ` +
      `${counts.hashDifferent} different; ${counts.invalid} builds would not be taken in today`,
  ].join('\n\n');
}
