import { Context } from '@temporalio/activity';

/** The workflow run on whose behalf the activity runs. */
export function currentRun(): { readonly workflowId: string; readonly runId: string } {
  const { workflowExecution } = Context.current().info;
  if (!workflowExecution) throw new Error('This activity belongs to a workflow and cannot run without one');
  return workflowExecution;
}
