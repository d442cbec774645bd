import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { ingestMessage, MessageSummary } from '../workflows/ingest-message.ts';
import type { RetryOutcome } from '../workflows/retry-failed-progress.ts';

/** What came of one retry. */
export interface EndedRetry {
  readonly outcome: RetryOutcome;
  /** Why it is not well, for people. */
  readonly reason: string | undefined;
}

/**
 * Waits for the end of a retry, whatever it is.
 *
 * @throws where Temporal cannot be asked
 */
export async function outcomeOfRetry(handle: WorkflowHandle<typeof ingestMessage>): Promise<EndedRetry> {
  try {
    const { outcome, objects } = await handle.result();
    return { outcome, reason: objects.find((object) => object.outcome === 'missing')?.reason };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const { cause = error } = error;
    const [summary] = (cause instanceof ApplicationFailure ? (cause.details ?? []) : []) as MessageSummary[];
    return { outcome: summary?.outcome ?? 'failed', reason: cause.message };
  }
}

/** Whether nothing is left to be done. */
export function isWell({ outcome }: EndedRetry): boolean {
  return outcome === 'ingested' || outcome === 'unchanged';
}
