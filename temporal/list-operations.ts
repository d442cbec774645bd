import type { Client, WorkflowExecutionInfo } from '@temporalio/client';

/**
 * The workflows of a type that Temporal knows on a task queue, the newest first.
 *
 * @param onlyOpen leaves out those that have ended
 */
export async function listOperations(
  client: Client,
  taskQueue: string,
  type: string,
  options: { readonly onlyOpen?: boolean; readonly limit?: number } = {},
): Promise<WorkflowExecutionInfo[]> {
  const { onlyOpen = false, limit = 100 } = options;
  const open = onlyOpen ? " and ExecutionStatus = 'Running'" : '';
  const query = `WorkflowType = '${type}' and TaskQueue = '${taskQueue}'${open}`;
  const found: WorkflowExecutionInfo[] = [];
  for await (const run of client.workflow.list({ query })) {
    // What has continued as new is listed once for each run.
    if (run.status.name !== 'CONTINUED_AS_NEW') found.push(run);
    if (found.length >= limit) break;
  }
  return found;
}
