import { continueAsNew } from '@temporalio/workflow';
import type { ReindexReport } from './reindex-progress.ts';
import { fillAndSwap, type RunSettings } from './reindex-run.ts';
import type { ReindexState } from './reindex-state.ts';
import { shortSteps } from './reindex-steps.ts';

/** What a reindex can be told. */
export type ReindexInput = Partial<RunSettings>;

/** What is not told otherwise. */
export const defaultRunSettings: RunSettings = {
  lanes: 3,
  rangeSize: 10_000,
  maxHistory: 2_000,
  tolerated: 0,
};

/**
 * Builds the index anew from PostgreSQL, beside the live one, while searches and ingestion go on.
 *
 * Makes the next numbered index, fills it range by range, lets it catch up with what has arrived meanwhile, compares
 * it with the table, moves the alias to it in one request, and lets it catch up with what was written to the index
 * before until then (why nothing can be missed: see `catchUp`). The index before is kept, to be returned to.
 *
 * Cancelled before the swap, it removes what it has filled. Where it fails, the index stays, marked as unfinished,
 * and the next reindex removes it. In both cases the live index was never touched.
 *
 * @throws {ApplicationFailure} of type `IndexDiffers` where builds would be missing; details hold the report
 */
export async function reindex(input: ReindexInput = {}, carried?: ReindexState): Promise<ReindexReport> {
  return await fillAndSwap(
    {
      isNew: true,
      prepare: () => shortSteps.prepareNewIndex(),
      continueAsNew: (state) => continueAsNew<typeof reindex>(input, state),
    },
    { ...defaultRunSettings, ...input },
    carried,
  );
}
