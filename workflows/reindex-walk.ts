import { condition, workflowInfo } from '@temporalio/workflow';
import type { IdRange } from '../drizzle/queries/build-ids.ts';
import type { ReindexPace } from './reindex-pace.ts';
import { countRows, type ReindexState } from './reindex-state.ts';
import { shortSteps } from './reindex-steps.ts';
import { throwIfCancelled } from './throw-if-cancelled.ts';

/** How the table is walked through. */
export interface WalkSettings {
  /** Ranges that are dealt with at the same time. */
  readonly lanes: number;
  /** Rows of a range: what is repeated after a crash, and what a pause waits for. */
  readonly rangeSize: number;
  /** Continue as new once the history has this many events. */
  readonly maxHistory: number;
}

/** Ranges that are planned ahead. */
const plannedRanges = 50;

/**
 * Walks through the table, several ranges at a time, from where the state says on.
 *
 * @param upTo the last id
 * @param step deals with one range
 * @param pace what the walk keeps to, if anything: where it changes, what is planned ahead is planned anew
 * @returns true where it came to the end; false where the history is long enough to continue as new
 */
export async function walk(
  state: ReindexState,
  { lanes, rangeSize, maxHistory }: WalkSettings,
  upTo: string,
  step: (range: IdRange) => Promise<void>,
  pace?: ReindexPace,
): Promise<boolean> {
  for (;;) {
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    if (continueAsNewSuggested || historyLength > maxHistory) {
      throwIfCancelled();
      return false;
    }
    const ranges = await shortSteps.planRanges({
      after: state.cursor,
      upTo,
      size: pace?.rangeSize(rangeSize) ?? rangeSize,
      count: plannedRanges,
    });
    if (ranges.length === 0) return true;
    const { changes } = pace ?? {};
    const next = () => (pace?.changes === changes ? ranges.shift() : undefined);
    let last = state.cursor;
    const lane = async () => {
      for (let range = next(); range; range = next()) {
        last = range.upTo;
        await condition(() => !state.isPaused);
        await pace?.wait(range.rows);
        await step({ after: range.after, upTo: range.upTo });
        countRows(state, range.rows, Date.now());
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    // Ranges are taken in order and each that is taken is done.
    state.cursor = last;
  }
}
