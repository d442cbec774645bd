import {
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
  setCurrentDetails,
  setHandler,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import type { Preparation } from '../activities/reindex/prepare-index.ts';
import {
  limitReindexSignal,
  pauseReindexSignal,
  reindexProgressQuery,
  resumeReindexSignal,
} from './reindex-messages.ts';
import { ReindexPace } from './reindex-pace.ts';
import {
  describeReindex,
  describeReport,
  type ReindexReport,
  reindexProgress,
  reindexReport,
} from './reindex-progress.ts';
import {
  countCaughtUp,
  countChecked,
  countFilled,
  enter,
  maxDifferences,
  newReindexState,
  type ReindexState,
} from './reindex-state.ts';
import { longSteps, shortSteps } from './reindex-steps.ts';
import { type WalkSettings, walk } from './reindex-walk.ts';
import { throwIfCancelled } from './throw-if-cancelled.ts';

/** Passes of catching up before the swap: ingestion is far slower than they are, so the second finds next to nothing. */
const maxPasses = 5;

/** A pass that wrote no more than this was short enough to be the last. */
const fewDocuments = 100;

/** What a reindex and a roll-back can be told. */
export interface RunSettings extends WalkSettings {
  readonly segments?: number | undefined;
  /** Builds that may be missing although they could be searched before. */
  readonly tolerated: number;
  /** Documents that are written per second while the index is filled; no limit by default. */
  readonly documentsPerSecond?: number | undefined;
}

/** What is to be done otherwise by a reindex and by a roll-back. */
export interface Kind {
  readonly prepare: () => Promise<Preparation>;
  /** Whether the index is made by this workflow, and goes with it where it is cancelled. */
  readonly isNew: boolean;
  readonly continueAsNew: (state: ReindexState) => Promise<never>;
}

/**
 * Fills an index, or lets a former one catch up, and makes it the live one: see {@link reindex} and {@link rollBack}.
 */
export async function fillAndSwap(
  kind: Kind,
  settings: RunSettings,
  carried: ReindexState | undefined,
): Promise<ReindexReport> {
  const state = carried ?? newReindexState(workflowInfo().runId, Date.now());
  const pace = new ReindexPace(state, settings.documentsPerSecond);
  const show = () => showProgress(state, pace.limit);
  const setPaused = (isPaused: boolean) => {
    state.isPaused = isPaused;
    show();
  };
  setHandler(reindexProgressQuery, () => reindexProgress(state, Date.now(), pace.limit));
  setHandler(pauseReindexSignal, () => setPaused(true));
  setHandler(resumeReindexSignal, () => setPaused(false));
  setHandler(limitReindexSignal, (limit) => {
    pace.change(limit);
    setCurrentDetails(describeReindex(reindexProgress(state, Date.now(), pace.limit)));
  });
  show();
  try {
    const preparation = state.preparation ?? (await kind.prepare());
    if (!state.preparation) begin(state, preparation);
    show();
    if (state.phase === 'filling') {
      const { upTo } = preparation;
      const fillOne = (range: { after: string; upTo: string }) => fill(state, range, show);
      if (!(await walk(state, settings, upTo, fillOne, pace))) return await kind.continueAsNew(state);
      enter(state, 'catching-up', Date.now());
    }
    if (state.phase === 'catching-up') {
      await catchUp(state, show);
      state.filledAt = Date.now();
      enter(state, 'finishing', Date.now());
    }
    if (state.phase === 'finishing') {
      await condition(() => !state.isPaused);
      show();
      await longSteps.finishIndex({ index: preparation.to, segments: settings.segments });
      enter(state, 'checking', Date.now());
    }
    const check = async (range: { after: string; upTo: string }) => {
      countChecked(state, await longSteps.checkRange({ ...range, since: state.since }));
      show();
    };
    if (!(await walk(state, settings, state.upTo, check))) return await kind.continueAsNew(state);
    await mend(state, settings.tolerated);
    await catchUp(state, show);
    await condition(() => !state.isPaused);
    enter(state, 'swapping', Date.now());
  } catch (error) {
    // A step that fails while it is cancelled is not tried again: Temporal tells of its failure, not of the cancellation.
    if (!isCancellation(error) && !CancellationScope.current().consideredCancelled) throw error;
    if (state.preparation) {
      const { to: index } = state.preparation;
      await CancellationScope.nonCancellable(() => shortSteps.discardIndex({ index, isNew: kind.isNew }));
    }
    throwIfCancelled();
    throw error;
  }
  show();
  const { since } = state;
  return await CancellationScope.nonCancellable(() =>
    swap(state, { retiredAt: since, since, catchesUp: true }),
  );
}

/**
 * Swaps the index, and lets it catch up with what was written to the other one until then.
 *
 * @param retiredAt a moment before the swap, for the index that retires
 * @param since what the index that becomes live has to catch up from
 * @param catchesUp whether it does so just before the swap, too, so that a search finds no less than before
 */
export async function swap(
  state: ReindexState,
  moments: { readonly retiredAt: string; readonly since: string; readonly catchesUp: boolean },
): Promise<ReindexReport> {
  const { retiredAt, since, catchesUp } = moments;
  const { from, to = '' } = state.preparation ?? {};
  const { pass: before, ...swapped } = await longSteps.swapIndex({ from, to, since: retiredAt, catchesUp });
  state.swapped = swapped;
  if (before) countCaughtUp(state, before);
  const pass = await longSteps.catchUp({ into: 'live', since: before?.since ?? since });
  countCaughtUp(state, pass);
  state.phase = 'done';
  return await tell(state);
}

/** In the current details at once, in the memo, which makes an event, at each phase and every ten seconds. */
function showProgress(state: ReindexState, limit: number | undefined): void {
  const now = Date.now();
  const progress = reindexProgress(state, now, limit);
  setCurrentDetails(describeReindex(progress));
  if (state.keptPhase === state.phase && now - (state.keptAt ?? 0) < 10_000) return;
  state.keptPhase = state.phase;
  state.keptAt = now;
  upsertMemo({ progress });
}

function begin(state: ReindexState, preparation: Preparation): void {
  state.preparation = preparation;
  state.since = preparation.since ?? preparation.now;
  enter(state, preparation.since === undefined ? 'filling' : 'catching-up', Date.now());
}

async function fill(state: ReindexState, range: { after: string; upTo: string }, show: () => void) {
  countFilled(state, await longSteps.fillRange(range));
  show();
}

async function catchUp(state: ReindexState, show: () => void): Promise<void> {
  for (let passes = 0; passes < maxPasses; passes++) {
    await condition(() => !state.isPaused);
    show();
    const pass = await longSteps.catchUp({ into: 'filling', since: state.since });
    countCaughtUp(state, pass);
    state.since = pass.since;
    state.upTo = pass.upTo;
    if (pass.documents <= fewDocuments) return;
  }
}

/** Fills once more what turned out to be missing, as after a crash of Elasticsearch; fails if that does not help. */
async function mend(state: ReindexState, tolerated: number): Promise<void> {
  if (state.checked.missing <= tolerated) return;
  if (state.differences.length < maxDifferences) await fillAgain(state);
  if (state.checked.missing <= tolerated) return;
  const { preparation, checked, refused } = state;
  const problem =
    `${checked.missing} builds that can be searched are missing in ${preparation?.to}, ${refused} were refused. ` +
    `${preparation?.from} stays live. Look at the report, and mend the cause or tolerate the difference.`;
  const report = await tell(state, problem);
  throw ApplicationFailure.nonRetryable(problem, 'IndexDiffers', report);
}

async function fillAgain(state: ReindexState): Promise<void> {
  const { differences, checked } = state;
  state.differences = [];
  state.checked = { rows: checked.rows, documents: checked.documents, missing: 0 };
  for (const { after, upTo, rows, documents } of differences) {
    await longSteps.fillRange({ after, upTo });
    await longSteps.catchUp({ into: 'filling', since: state.since });
    const range = await longSteps.checkRange({ after, upTo, since: state.since });
    state.checked.rows -= rows;
    state.checked.documents -= documents;
    countChecked(state, range);
  }
}

async function tell(state: ReindexState, problem?: string): Promise<ReindexReport> {
  const report = reindexReport(state, Date.now(), problem);
  setCurrentDetails(describeReport(report));
  upsertMemo({ progress: reindexProgress(state, Date.now()) });
  await shortSteps.saveReport({ runId: state.runId, startedAt: state.startedAt, report });
  return report;
}
