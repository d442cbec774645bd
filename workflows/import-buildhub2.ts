import {
  CancellationScope,
  condition,
  continueAsNew,
  patched,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities/activities.ts';
import { addImports } from '../activities/import/import-counts.ts';
import { FollowingReindex } from './following-reindex.ts';
import { importProgressQuery, pauseImportSignal, resumeImportSignal } from './import-messages.ts';
import {
  describeImport,
  type ImportReport,
  type ImportState,
  importProgress,
  newImportState,
} from './import-progress.ts';
import { longSteps, shortSteps } from './reindex-steps.ts';

/** What an import can be told. */
export interface ImportInput {
  /** The bucket that the keys are in: Buildhub2 did not store it. */
  readonly bucket: string;
  /** Id in `main_build` behind which it begins. */
  readonly after?: string;
  /** The id of the reindex that follows; none, and there is none. */
  readonly reindexWorkflowId?: string;
  /** Rows of a range: what is looked at again after a crash, and what a pause waits for. */
  readonly rangeSize?: number;
  /** Continue as new once the history has this many events. */
  readonly maxHistory?: number;
}

/** A database that does not answer when an import is started is a mistake in its address more often than not. */
const { inspectSource } = proxyActivities<Activities>({
  startToCloseTimeout: '2 minutes',
  retry: { initialInterval: '1 second', maximumAttempts: 5 },
});

/** At the end of an import it is only away for a while. */
const { inspectSource: inspectSourceAgain } = proxyActivities<Activities>({
  startToCloseTimeout: '2 minutes',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
});

/** Milliseconds that the rate looks back. */
const rateWindow = 30_000;

/** Milliseconds between two writes of the memo, which tells of the import while no worker does. */
const memoInterval = 30_000;

/**
 * Imports the builds of a Buildhub2 from its table `main_build`, with ids, hashes, metadata, times, keys and ETags as
 * they are, records the objects that they came from as ingested, verifies every hash, and reindexes. It can be repeated:
 * what is there already is left alone. A pause holds the reindex, too. What was verified is reported whatever becomes of
 * the reindex, and where the import is cancelled.
 *
 * @throws {ApplicationFailure} of type `NoSource` where there is nothing to import from
 */
export async function importBuildhub2(input: ImportInput, carried?: ImportState): Promise<ImportReport> {
  const { bucket, after = '0', rangeSize = 5_000, maxHistory = 2_000 } = input;
  const state = carried ?? newImportState(workflowInfo().runId, Date.now(), after);
  const show = () => setCurrentDetails(describeImport(importProgress(state, Date.now())));
  const keep = () => upsertMemo({ progress: importProgress(state, Date.now()) });
  const following = new FollowingReindex(input.reindexWorkflowId);
  const setPaused = async (isPaused: boolean) => {
    state.isPaused = isPaused;
    show();
    await following.setPaused(isPaused);
  };
  setHandler(importProgressQuery, () => importProgress(state, Date.now()));
  setHandler(pauseImportSignal, () => setPaused(true));
  setHandler(resumeImportSignal, () => setPaused(false));
  show();
  try {
    if (state.phase === 'inspecting') {
      state.total = (await inspectSource()).rows;
      state.phase = 'importing';
      keep();
    }
    if (!(await importAll(state, bucket, { size: rangeSize, maxHistory }, show, keep))) {
      return await continueAsNew<typeof importBuildhub2>(input, state);
    }
    // Rows that arrived in the meantime came after those that were looked at in the beginning.
    await inspectSourceAgain();
    await condition(() => !state.isPaused);
    state.phase = 'reindexing';
    show();
    keep();
    const reindexed = await following.run();
    state.phase = 'done';
    show();
    keep();
    return await CancellationScope.nonCancellable(() => saveReport(state, bucket, 'done', reindexed));
  } catch (error) {
    if (CancellationScope.current().consideredCancelled && state.counts.rows > 0) {
      const left =
        'It was cancelled: what was brought in is in the table, and can be searched after a reindex.';
      await CancellationScope.nonCancellable(() => saveReport(state, bucket, 'cancelled', left));
    }
    throw error;
  }
}

async function saveReport(
  state: ImportState,
  bucket: string,
  phase: 'done' | 'cancelled',
  reindexed: ImportReport['reindex'],
): Promise<ImportReport> {
  const { counts, startedAt, runId } = state;
  const report: ImportReport = {
    phase,
    bucket,
    counts,
    seconds: (Date.now() - startedAt) / 1_000,
    ...(reindexed !== undefined && { reindex: reindexed }),
  };
  await shortSteps.saveReport({ runId, startedAt, report });
  return report;
}

/** Returns false where the history is long enough to continue as new. */
async function importAll(
  state: ImportState,
  bucket: string,
  { size, maxHistory }: { readonly size: number; readonly maxHistory: number },
  show: () => void,
  keep: () => void,
): Promise<boolean> {
  let keptAt = Date.now();
  for (;;) {
    await condition(() => !state.isPaused);
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    if (continueAsNewSuggested || historyLength > maxHistory) return false;
    const { counts, last } = await longSteps.importRange({ bucket, after: state.after, size });
    const now = Date.now();
    state.counts = addImports(state.counts, counts);
    state.after = last;
    const recent = state.samples.filter(
      ({ at }, index, all) => now - at < rateWindow || index === all.length - 1,
    );
    state.samples = [...recent, { at: now, rows: state.counts.rows }];
    show();
    if (counts.rows < size) return true;
    // A run that was begun by code that kept it only from phase to phase would not replay.
    if (now - keptAt < memoInterval || !patched('import-keeps-progress')) continue;
    keptAt = now;
    keep();
  }
}
