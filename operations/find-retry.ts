import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { type Retry, retryOfMessage, retryOfObject } from '../activities/retry/find-failures.ts';
import type { Database } from '../drizzle/connect.ts';
import { findObject } from '../drizzle/queries/find-object.ts';
import { findUnreadableMessage } from '../drizzle/queries/unreadable-messages.ts';
import type { ingestMessage, MessageOutcome, MessageSummary } from '../workflows/ingest-message.ts';

/** How an object is tried again; one that was never seen can be ingested like this too. */
export async function findObjectRetry(
  database: Database,
  object: { readonly bucket: string; readonly key: string },
): Promise<Retry> {
  const row = await findObject(database, object);
  return retryOfObject({ ...object, attempts: row?.attempts ?? 0 });
}

/** How a message that could not be read is tried again; undefined where no unreadable message has this id. */
export async function findMessageRetry(database: Database, messageId: string): Promise<Retry | undefined> {
  const row = await findUnreadableMessage(database, messageId);
  return row && retryOfMessage(row);
}

/** What came of one retry. */
interface EndedRetry {
  readonly outcome: MessageOutcome | 'failed';
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
