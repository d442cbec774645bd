import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  ChildWorkflowFailure,
  type ChildWorkflowHandle,
  continueAsNew,
  isCancellation,
  proxyActivities,
  rootCause,
  startChild,
} from '@temporalio/workflow';
import type { Activities } from '../../activities/activities.ts';
import { addImports, type ImportCounts, noImports } from '../../activities/import/import-counts.ts';
import type { Fact, Progress } from '../progress.ts';
import type { reindex } from '../reindex/reindex.ts';
import { type ControlState, RunControl, setPausedSignal, type Work } from '../run-control.ts';
import { longSteps, shortSteps } from '../steps.ts';

/** What an import is to do. */
export interface ImportInput {
  /** The bucket that the keys are in: Buildhub2 did not store it. */
  readonly bucket: string;
  /** Id in `main_build` behind which it begins. */
  readonly after?: string | undefined;
  /** The id of the reindex that follows; without it there is none. */
  readonly reindexWorkflowId?: string | undefined;
  /** Rows of a range, 5,000 by default: what is repeated after a crash, and what a pause waits for. */
  readonly rangeSize?: number | undefined;
  /** Events of the history after which the workflow continues as new; 2,000 by default. */
  readonly maxHistory?: number | undefined;
}

/** Where an import stands. */
interface ImportState {
  /** Rows of the source, and the last id that was imported. */
  readonly total: number;
  readonly after: string;
  readonly counts: ImportCounts;
  /** The result of the reindex. */
  readonly reindex?: string;
}

/** What a run hands to the next one. */
interface Carried {
  readonly state: ImportState;
  readonly control: ControlState;
}

/** A database that does not respond when an import is started is a mistake in its address more often than not. */
const { inspectSource } = proxyActivities<Activities>({
  startToCloseTimeout: '2 minutes',
  retry: { initialInterval: '1 second', maximumAttempts: 5 },
});

/**
 * Imports the builds of a Buildhub2 from its table `main_build`, with ids, hashes, metadata, times, keys and ETags as
 * they are, records the objects that they came from as ingested, verifies every hash, and reindexes. It can be repeated:
 * what is there already stays. A pause holds the reindex, too. What was verified is reported whatever becomes of the
 * reindex, and if the import is cancelled.
 *
 * @throws {ApplicationFailure} of type `NoSource` if there is nothing to import from
 */
export async function importBuildhub2(input: ImportInput, carried?: Carried): Promise<Progress> {
  const { bucket, after = '0', rangeSize: size = 5_000, maxHistory = 2_000, reindexWorkflowId } = input;
  let state: ImportState = carried?.state ?? { total: 0, after, counts: noImports };
  let isReindexed = reindexWorkflowId === undefined;
  let child: ChildWorkflowHandle<typeof reindex> | undefined;
  const control = new RunControl({
    ...{ firstPhase: 'inspecting', unit: 'rows', maxHistory, carried: carried?.control },
    measure: () => measure(state, isReindexed),
    onPause: pauseReindex,
  });

  return await control.run(async () => {
    try {
      await work();
    } catch (error) {
      if (CancellationScope.current().consideredCancelled)
        state = { ...state, reindex: 'Cancelled: what was imported can be searched after a reindex.' };
      throw error;
    }
  });

  async function work(): Promise<void> {
    if (control.phase === 'inspecting') {
      state = { ...state, total: (await inspectSource()).rows };
      control.enter('importing');
    }
    while (await importRange()) {
      if (control.isLong)
        await continueAsNew<typeof importBuildhub2>(input, { state, control: await control.handOver() });
    }
    // Rows that arrived in the meantime came after those that were inspected in the beginning.
    await shortSteps.inspectSource();
    await control.untilResumed();
    if (reindexWorkflowId === undefined) return;
    control.enter('reindexing');
    state = { ...state, reindex: await followingReindex(reindexWorkflowId) };
  }

  /** Returns whether there may be more. */
  async function importRange(): Promise<boolean> {
    return await control.step(async () => {
      const { counts, last } = await longSteps.importRange({ bucket, after: state.after, size });
      state = { ...state, counts: addImports(state.counts, counts), after: last };
      return counts.rows === size;
    });
  }

  /**
   * Reindexes. If that fails, the import does not: it can be started again.
   *
   * @returns the result as a sentence
   * @throws only if the import is cancelled
   */
  async function followingReindex(workflowId: string): Promise<string> {
    try {
      child = await startChild<typeof reindex>('reindex', {
        workflowId,
        args: [{}],
        memo: { requestedBy: 'the import' },
        staticSummary: 'Reindex after an import',
      });
      if (control.isPaused) await pauseReindex(true);
      const { facts } = await child.result();
      isReindexed = true;
      const live = facts.find(({ label }) => label === 'To')?.value;
      const refused = facts.find(({ label }) => label === 'Refused by Elasticsearch')?.value ?? 0;
      return `${live} is live, ${refused} builds were refused by Elasticsearch`;
    } catch (error) {
      if (CancellationScope.current().consideredCancelled) throw error;
      if (error instanceof WorkflowExecutionAlreadyStartedError)
        return `Another reindex, roll-back or drop was running (${workflowId}): start a reindex once it has finished.`;
      if (!(error instanceof ChildWorkflowFailure)) throw error;
      if (isCancellation(error)) return 'The reindex was cancelled: start another one.';
      return `The reindex failed: ${rootCause(error)} Start another one once the cause is gone.`;
    } finally {
      child = undefined;
    }
  }

  /** Pauses or resumes the reindex, if it runs. */
  async function pauseReindex(isPaused: boolean): Promise<void> {
    try {
      await child?.signal(setPausedSignal, isPaused);
    } catch {
      // It has finished in the meantime.
    }
  }
}

function measure({ total, counts, reindex }: ImportState, isReindexed: boolean): Work {
  const toLookAt = counts.otherId + counts.hashDifferent + counts.invalid;
  const { examples } = counts;
  const kinds = {
    ...{ otherId: 'under another id', hashRewritten: 'number rewritten', hashDifferent: 'hash differs' },
    invalid: 'invalid',
  };
  const named: Fact[] = Object.entries(kinds).flatMap(([kind, what]) =>
    examples[kind as keyof typeof kinds].map(({ id, text }) => ({
      label: `Row ${id}, ${what}`,
      value: text,
    })),
  );
  return {
    done: counts.rows,
    total: Math.max(total, counts.rows),
    facts: [
      { label: 'Builds under their own id', value: counts.kept },
      { label: 'Of them new', value: counts.inserted },
      { label: 'Builds under another id', value: counts.otherId },
      { label: 'Hashes that are equal', value: counts.hashEqual },
      { label: 'Hashes of numbers that jsonb has rewritten', value: counts.hashRewritten },
      { label: 'Hashes that differ otherwise', value: counts.hashDifferent },
      { label: 'Builds that are not valid today', value: counts.invalid },
      ...(reindex === undefined ? [] : [{ label: 'Reindex', value: reindex }]),
      ...named,
    ],
    problem:
      reindex !== undefined && !isReindexed
        ? reindex
        : toLookAt > 0
          ? `${toLookAt} rows need a look: see the examples and docs/migration.md.`
          : undefined,
  };
}
