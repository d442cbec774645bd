import { Context } from '@temporalio/activity';

/**
 * The signal that ends a request whose attempt has timed out or was cancelled, so that a hanging service does not
 * keep its connection after Temporal has begun the next attempt.
 */
export function attemptSignal(): AbortSignal {
  return Context.current().cancellationSignal;
}

/** The workflow run on whose behalf the activity runs. */
export function currentRun(): { readonly workflowId: string; readonly runId: string } {
  const { workflowExecution } = Context.current().info;
  if (!workflowExecution) throw new Error('This activity belongs to a workflow and cannot run without one');
  return workflowExecution;
}
