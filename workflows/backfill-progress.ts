import type { BackfillCounts } from '../activities/backfill/backfill-counts.ts';
import type { DeniedObject } from '../activities/backfill/denied-objects.ts';
import { describeRange, type KeyRange } from '../activities/backfill/key-range.ts';
import { type BackfillState, ratesOf } from './backfill-state.ts';

/** `pausing`: paused, and what was begun is being finished, which takes seconds. */
export type BackfillPhase = 'planning' | 'running' | 'pausing' | 'paused' | 'done' | 'cancelled';

/** How far a backfill is: the answer of its query `progress`, and in its memo. */
export interface BackfillProgress {
  readonly phase: BackfillPhase;
  readonly bucket: string;
  readonly dryRun: boolean;
  readonly counts: BackfillCounts;
  /** The first objects that S3 did not hand out; undefined where it did so with all. */
  readonly denied?: readonly DeniedObject[];
  readonly ranges: { readonly done: number; readonly running: number; readonly waiting: number };
  /** ISO 8601. */
  readonly startedAt: string;
  /** Since then, pauses included. */
  readonly seconds: number;
  /** Of the last two minutes. */
  readonly keysPerSecond: number;
  readonly buildsPerSecond: number;
  /** From 0 to 1, where the whole is known: a list, an inventory, or an expected number of keys. */
  readonly share?: number;
  readonly secondsLeft?: number;
  readonly objectsPerSecond?: number;
}

/** Puts together how far a backfill is. */
export function progressOf(
  phase: BackfillPhase,
  about: { readonly bucket: string; readonly dryRun: boolean },
  state: BackfillState,
  running: number,
  now: number,
): BackfillProgress {
  const { objectsPerSecond, counts, denied = [], rangesDone, waiting, beganAt } = state;
  return {
    phase,
    ...about,
    counts,
    ...(denied.length > 0 && { denied }),
    ranges: { done: rangesDone, running, waiting: waiting.length },
    startedAt: new Date(beganAt).toISOString(),
    seconds: (now - beganAt) / 1_000,
    ...ratesOf(state, now),
    ...(objectsPerSecond !== undefined && { objectsPerSecond }),
  };
}

/** Markdown for the Temporal UI. */
export function describeProgress(progress: BackfillProgress, ranges: readonly KeyRange[]): string {
  const { phase, dryRun, counts, share, secondsLeft } = progress;
  const percentage = share === undefined ? '' : `, ${(share * 100).toFixed(1)} %`;
  const left = secondsLeft === undefined ? '' : `, about ${Math.ceil(secondsLeft / 60)} minutes left`;
  return [
    `**${phase}**${dryRun ? ' (dry run: nothing is written)' : ''}${percentage}${left}`,
    `${counts.listed} keys listed (${Math.round(progress.keysPerSecond)}/s), ${counts.matched} of them a buildhub.json: ` +
      `${counts.new} new, ${counts.changed} changed, ${counts.unchanged} unchanged, ` +
      `${counts.setApartBefore} set apart before; ${counts.invalid} invalid, ${counts.missing} missing, ` +
      `${counts.denied} not handed out by S3`,
    `${counts.inserted} builds inserted (${progress.buildsPerSecond.toFixed(1)}/s), ${counts.indexed} indexed`,
    `Ranges: ${progress.ranges.done} done, ${progress.ranges.waiting} waiting, ${progress.ranges.running} in work`,
    ...(progress.denied ?? []).map(({ key, reason }) => `- \`${key}\`: ${reason}`),
    ...ranges.map((range) => `- ${describeRange(range)}`),
  ].join('\n\n');
}
