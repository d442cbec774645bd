import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  condition,
  continueAsNew,
  executeChild,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities/activities.ts';
import { addImports } from '../activities/import/import-counts.ts';
import { importProgressQuery, pauseImportSignal, resumeImportSignal } from './import-messages.ts';
import {
  describeImport,
  type ImportReport,
  type ImportState,
  importProgress,
  newImportState,
} from './import-progress.ts';
import type { reindex } from './reindex.ts';
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

/** Milliseconds that the rate looks back. */
const rateWindow = 30_000;

/**
 * Imports the builds of a Buildhub2 from its table `main_build`, with ids, hashes, metadata, times, keys and ETags as
 * they are, records the objects that they came from as ingested, verifies every hash, and reindexes. It can be repeated:
 * what is there already is left alone.
 *
 * @throws {ApplicationFailure} of type `NoSource` where there is nothing to import from
 */
export async function importBuildhub2(input: ImportInput, carried?: ImportState): Promise<ImportReport> {
  const { bucket, after = '0', rangeSize = 5_000, maxHistory = 2_000 } = input;
  const state = carried ?? newImportState(workflowInfo().runId, Date.now(), after);
  const show = () => setCurrentDetails(describeImport(importProgress(state, Date.now())));
  const setPaused = (isPaused: boolean) => {
    state.isPaused = isPaused;
    show();
  };
  setHandler(importProgressQuery, () => importProgress(state, Date.now()));
  setHandler(pauseImportSignal, () => setPaused(true));
  setHandler(resumeImportSignal, () => setPaused(false));
  show();
  if (state.phase === 'inspecting') {
    state.total = (await inspectSource()).rows;
    state.phase = 'importing';
    upsertMemo({ progress: importProgress(state, Date.now()) });
  }
  if (!(await importAll(state, bucket, rangeSize, maxHistory, show))) {
    return await continueAsNew<typeof importBuildhub2>(input, state);
  }
  // Rows that arrived in the meantime came after those that were looked at in the beginning.
  await inspectSource();
  state.phase = 'reindexing';
  show();
  upsertMemo({ progress: importProgress(state, Date.now()) });
  const reindexed = await reindexAfter(input.reindexWorkflowId);
  state.phase = 'done';
  show();
  upsertMemo({ progress: importProgress(state, Date.now()) });
  const report: ImportReport = {
    bucket,
    counts: state.counts,
    seconds: (Date.now() - state.startedAt) / 1_000,
    ...(reindexed !== undefined && { reindex: reindexed }),
  };
  await shortSteps.saveReport({ runId: state.runId, startedAt: state.startedAt, report });
  return report;
}

/** Returns false where the history is long enough to continue as new. */
async function importAll(
  state: ImportState,
  bucket: string,
  size: number,
  maxHistory: number,
  show: () => void,
): Promise<boolean> {
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
  }
}

async function reindexAfter(workflowId: string | undefined): Promise<ImportReport['reindex']> {
  if (workflowId === undefined) return undefined;
  try {
    return await executeChild<typeof reindex>('reindex', {
      workflowId,
      args: [{}],
      memo: { requestedBy: 'the import' },
      staticSummary: 'Reindex after an import',
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return `Another reindex, roll-back or drop was running (${workflowId}): start a reindex once it has ended.`;
  }
}
