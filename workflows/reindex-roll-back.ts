import { ApplicationFailure, CancellationScope, continueAsNew, workflowInfo } from '@temporalio/workflow';
import { defaultRunSettings } from './reindex.ts';
import type { ReindexReport } from './reindex-progress.ts';
import { fillAndSwap, type RunSettings, swap } from './reindex-run.ts';
import { enter, newReindexState, type ReindexState } from './reindex-state.ts';
import { shortSteps } from './reindex-steps.ts';

/** What a roll-back can be told. */
export interface RollBackInput extends Partial<RunSettings> {
  /** The index to return to; the one that was live last, if none is named. */
  readonly index?: string;
  /** Swap first and catch up then: for when the live index is unusable, and old builds now are better than none. */
  readonly isAtOnce?: boolean;
}

/**
 * Returns to a former index, which has by then caught up with what arrived since it was live. The index that was live
 * is kept in turn.
 *
 * @throws {ApplicationFailure} of type `NoSuchIndex`; `IndexDiffers` as {@link reindex} does
 */
export async function rollBack(input: RollBackInput = {}, carried?: ReindexState): Promise<ReindexReport> {
  const { index, isAtOnce, ...settings } = input;
  const prepare = () => shortSteps.prepareFormerIndex(index === undefined ? {} : { index });
  if (isAtOnce) return await CancellationScope.nonCancellable(() => rollBackAtOnce(prepare));
  return await fillAndSwap(
    { isNew: false, prepare, continueAsNew: (state) => continueAsNew<typeof rollBack>(input, state) },
    { ...defaultRunSettings, ...settings },
    carried,
  );
}

async function rollBackAtOnce(
  prepare: () => ReturnType<typeof shortSteps.prepareFormerIndex>,
): Promise<ReindexReport> {
  const state = newReindexState(workflowInfo().runId, Date.now());
  const preparation = await prepare();
  if (preparation.since === undefined) {
    throw ApplicationFailure.nonRetryable(
      `Nobody knows since when ${preparation.to} is not live, so it cannot be returned to at once.`,
      'NoSuchIndex',
    );
  }
  state.preparation = preparation;
  enter(state, 'swapping', Date.now());
  return await swap(state, { retiredAt: preparation.now, since: preparation.since, catchesUp: false });
}
