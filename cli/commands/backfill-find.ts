import type { WorkflowHandle } from '@temporalio/client';
import { listOperations } from '../../temporal/list-operations.ts';
import type { Deployment } from '../with-temporal.ts';

/**
 * The backfill with an id; without one, the only one that is open or, where any will do, the last one.
 *
 * @throws where there is none, or where there are several to choose from
 */
export async function findBackfill(
  { client, config }: Deployment,
  id: string | undefined,
  hasToBeOpen: boolean,
): Promise<WorkflowHandle> {
  if (id !== undefined) return client.workflow.getHandle(id);
  const queue = config.TEMPORAL_TASK_QUEUE;
  const open = await listOperations(client, queue, 'backfill', { onlyOpen: true });
  if (hasToBeOpen && open.length > 1) {
    const ids = open.map(({ workflowId }) => `  ${workflowId}`).join('\n');
    throw new Error(`Several backfills are running; say which:\n${ids}`);
  }
  const [found] =
    open.length > 0 || hasToBeOpen ? open : await listOperations(client, queue, 'backfill', { limit: 1 });
  if (!found) throw new Error(hasToBeOpen ? 'No backfill is running.' : 'Temporal knows of no backfill.');
  return client.workflow.getHandle(found.workflowId);
}
