import { type ObjectOutcome, recordObject } from '../../drizzle/queries/objects.ts';
import { recordUnreadableMessage } from '../../drizzle/queries/unreadable-messages.ts';
import { currentRun } from '../current-attempt.ts';
import type { ActivityDependencies } from '../dependencies.ts';

export type Failure =
  | (Omit<ObjectOutcome, 'workflowId' | 'runId' | 'outcome' | 'reason'> & {
      readonly outcome: 'invalid' | 'missing';
      readonly reason: string;
    })
  | {
      readonly outcome: 'unreadable';
      readonly messageId: string;
      readonly body: string;
      readonly reason: string;
    };

/** The activity `recordFailure`: quarantines a failure in PostgreSQL, so that it outlives Temporal's retention. */
export async function recordFailure({ database }: ActivityDependencies, failure: Failure): Promise<void> {
  const { workflowId, runId } = currentRun();
  if (failure.outcome === 'unreadable') {
    const { messageId, body, reason } = failure;
    await recordUnreadableMessage(database, { messageId, body, reason, workflowId, runId });
  } else {
    await recordObject(database, { ...failure, workflowId, runId });
  }
}
