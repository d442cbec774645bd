import { condition, workflowInfo } from '@temporalio/workflow';
import type { IdRange } from '../drizzle/queries/build-ids.ts';
import { countRows, type ReindexState } from './reindex-state.ts';
import { shortSteps } from './reindex-steps.ts';

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
 * @returns true where it came to the end; false where the history is long enough to continue as new
 */
export async function walk(
  state: ReindexState,
  { lanes, rangeSize, maxHistory }: WalkSettings,
  upTo: string,
  step: (range: IdRange) => Promise<void>,
): Promise<boolean> {
  for (;;) {
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    if (continueAsNewSuggested || historyLength > maxHistory) return false;
    const ranges = await shortSteps.planRanges({
      after: state.cursor,
      upTo,
      size: rangeSize,
      count: plannedRanges,
    });
    const last = ranges.at(-1);
    if (!last) return true;
    const lane = async () => {
      for (let range = ranges.shift(); range; range = ranges.shift()) {
        await condition(() => !state.isPaused);
        await step({ after: range.after, upTo: range.upTo });
        countRows(state, range.rows, Date.now());
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    state.cursor = last.upTo;
  }
}
