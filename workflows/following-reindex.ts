import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  ChildWorkflowFailure,
  type ChildWorkflowHandle,
  isCancellation,
  patched,
  rootCause,
  startChild,
} from '@temporalio/workflow';
import type { reindex } from './reindex.ts';
import { pauseReindexSignal, resumeReindexSignal } from './reindex-messages.ts';
import type { ReindexReport } from './reindex-progress.ts';

/** The reindex that an import ends with, which is paused, resumed and cancelled with it. */
export class FollowingReindex {
  readonly #workflowId: string | undefined;
  #child: ChildWorkflowHandle<typeof reindex> | undefined;
  #isPaused = false;

  /** @param workflowId of the reindex; none, and there is none */
  constructor(workflowId: string | undefined) {
    this.#workflowId = workflowId;
  }

  /**
   * Runs it. Where it fails, that is no failure of the import, and it can be started again.
   *
   * @returns its report, or a sentence that tells why there is none
   * @throws only where the import is cancelled
   */
  async run(): Promise<ReindexReport | string | undefined> {
    const workflowId = this.#workflowId;
    if (workflowId === undefined) return undefined;
    try {
      this.#child = await startChild<typeof reindex>('reindex', {
        workflowId,
        args: [{}],
        memo: { requestedBy: 'the import' },
        staticSummary: 'Reindex after an import',
      });
      if (this.#isPaused) await this.#tell();
      return await this.#child.result();
    } catch (error) {
      if (CancellationScope.current().consideredCancelled) throw error;
      if (error instanceof WorkflowExecutionAlreadyStartedError)
        return `Another reindex, roll-back or drop was running (${workflowId}): start a reindex once it has ended.`;
      if (!(error instanceof ChildWorkflowFailure)) throw error;
      if (isCancellation(error)) return 'The reindex was cancelled: start another one.';
      return `The reindex failed: ${rootCause(error)} Start another one once the cause is gone.`;
    } finally {
      this.#child = undefined;
    }
  }

  /** Pauses it, or lets it go on, now or as soon as it runs. */
  async setPaused(isPaused: boolean): Promise<void> {
    this.#isPaused = isPaused;
    if (this.#child) await this.#tell();
  }

  async #tell(): Promise<void> {
    // An import that was begun by code that left it alone would not replay.
    if (!patched('import-pauses-its-reindex')) return;
    try {
      await this.#child?.signal(this.#isPaused ? pauseReindexSignal : resumeReindexSignal);
    } catch {
      // It has ended in the meantime.
    }
  }
}
