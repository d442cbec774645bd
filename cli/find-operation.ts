import { type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import { listOperations } from '../temporal/list-operations.ts';
import type { Deployment } from './with-temporal.ts';

/** What is looked for: a type of workflow, and what people call one of it, such as `backfill`. */
export interface OperationName {
  readonly workflowType: string;
  readonly noun: string;
}

/**
 * The operation with an id; without one, the only one that is open or, where any will do, the last one.
 *
 * @throws where there is none, or where there are several to choose from
 */
export async function findOperation(
  { client, config }: Deployment,
  { workflowType, noun }: OperationName,
  id: string | undefined,
  hasToBeOpen: boolean,
): Promise<WorkflowHandle> {
  if (id !== undefined) return client.workflow.getHandle(id);
  const queue = config.TEMPORAL_TASK_QUEUE;
  const open = await listOperations(client, queue, workflowType, { onlyOpen: true });
  if (hasToBeOpen && open.length > 1) {
    const ids = open.map(({ workflowId }) => `  ${workflowId}`).join('\n');
    throw new Error(`More than one ${noun} is running; say which:\n${ids}`);
  }
  const [found] =
    open.length > 0 || hasToBeOpen ? open : await listOperations(client, queue, workflowType, { limit: 1 });
  if (!found) throw new Error(hasToBeOpen ? `No ${noun} is running.` : `Temporal knows of no ${noun}.`);
  return client.workflow.getHandle(found.workflowId);
}

/**
 * What was asked about a workflow; undefined where Temporal does not know it, or not any more.
 *
 * @throws where Temporal cannot be asked: then nobody knows whether it runs
 */
export async function unlessUnknown<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
