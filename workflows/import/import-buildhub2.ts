import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { CancellationScope, ParentClosePolicy, proxyActivities, startChild } from '@temporalio/workflow';
import type { Activities } from '../../activities/activities.ts';
import { addImports, type ImportCounts, noImports } from '../../activities/import/import-counts.ts';
import { operationPriority } from '../priorities.ts';
import type { Fact, Progress } from '../progress.ts';
import type { reindex } from '../reindex/reindex.ts';
import { RunControl, type Work } from '../run-control.ts';
import { longSteps, shortSteps } from '../steps.ts';

export interface ImportInput {
  /** The bucket that the keys are in: Buildhub2 did not store it. */
  readonly bucket: string;
  /** Id in `main_build` behind which it begins. */
  readonly after?: string | undefined;
  /** The id of the reindex that follows; no reindex without it. */
  readonly reindexWorkflowId?: string | undefined;
  /** Rows of a range, for tests: what is repeated after a crash, and what a pause waits for. */
  readonly rangeSize?: number | undefined;
}

interface ImportState {
  /** Rows of the source, and the last id that was imported. */
  readonly total: number;
  readonly after: string;
  readonly counts: ImportCounts;
  /** Whether the reindex that follows was started; `conflict` if another one was running. */
  readonly reindex?: 'started' | 'conflict' | 'cancelled';
}

/** Ranges are larger in a large table, so that the history of the workflow stays short. */
const smallestRange = 5_000;
const mostRanges = 500;

/** A database that does not respond when an import is started is a mistake in its address more often than not. */
const { inspectSource } = proxyActivities<Activities>({
  startToCloseTimeout: '2 minutes',
  retry: { initialInterval: '1 second', maximumAttempts: 5 },
});

/**
 * Imports the builds of a Buildhub2 from its table `main_build`, with ids, hashes, metadata, times, keys and ETags as
 * they are, records the objects that they came from as ingested, verifies every hash, and starts a reindex, which
 * continues on its own. It can be repeated: what is there already stays. What was verified is reported even if the import
 * is cancelled.
 *
 * @throws {ApplicationFailure} of type `NoSource` if there is nothing to import from
 */
export async function importBuildhub2(input: ImportInput): Promise<Progress> {
  const { bucket, after = '0', rangeSize, reindexWorkflowId } = input;
  let state: ImportState = { total: 0, after, counts: noImports };
  const control = new RunControl({ firstPhase: 'inspecting', unit: 'rows', measure: () => measure(state) });

  return await control.run(async () => {
    try {
      await work();
    } catch (error) {
      if (CancellationScope.current().consideredCancelled) state = { ...state, reindex: 'cancelled' };
      throw error;
    }
  });

  async function work(): Promise<void> {
    state = { ...state, total: (await inspectSource(after)).rows };
    control.enter('importing');
    const size = rangeSize ?? Math.max(smallestRange, Math.ceil(state.total / mostRanges));
    while (await importRange(size));
    // Rows that arrived in the meantime came after those that were inspected in the beginning.
    await shortSteps.inspectSource(after);
    await control.untilResumed();
    if (reindexWorkflowId !== undefined) state = { ...state, reindex: await startReindex(reindexWorkflowId) };
  }

  /** Returns whether there may be more. */
  async function importRange(size: number): Promise<boolean> {
    return await control.step(async () => {
      const { counts, last, isCut } = await longSteps.importRange({ bucket, after: state.after, size });
      state = { ...state, counts: addImports(state.counts, counts), after: last };
      return isCut || counts.rows === size;
    });
  }
}

async function startReindex(workflowId: string): Promise<'started' | 'conflict'> {
  try {
    await startChild<typeof reindex>('reindex', {
      workflowId,
      args: [{}],
      memo: { requestedBy: 'the import' },
      staticSummary: 'Reindex after an import',
      priority: operationPriority,
      parentClosePolicy: ParentClosePolicy.ABANDON,
    });
    return 'started';
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return 'conflict';
    throw error;
  }
}

const reindexResults = {
  started: 'Started: builds can be searched once it has finished.',
  conflict: 'Another reindex, roll-back or drop was running. Start a reindex once it has finished.',
  cancelled: 'Not started. Imported builds can be searched after a reindex.',
};

function measure({ total, after, counts, reindex }: ImportState): Work {
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
      { label: 'Builds with their original id', value: counts.kept },
      { label: 'Of these, new', value: counts.inserted },
      { label: 'Builds with a new id', value: counts.otherId },
      { label: 'Matching hashes', value: counts.hashEqual },
      { label: 'Hashes that differ by jsonb number format', value: counts.hashRewritten },
      { label: 'Hashes that differ otherwise', value: counts.hashDifferent },
      { label: 'Builds that no longer validate', value: counts.invalid },
      { label: 'Last id imported', value: after },
      ...(reindex === undefined ? [] : [{ label: 'Reindex', value: reindexResults[reindex] }]),
      ...named,
    ],
    problem:
      reindex === 'conflict'
        ? reindexResults.conflict
        : toLookAt > 0
          ? `${toLookAt} rows need a look: see the examples and docs/migration.md.`
          : undefined,
  };
}
