import { type Client, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import { pauseUpdate, resumeUpdate, setRateLimitUpdate } from '../workflows/run-control.ts';
import { kindOf, type RunCommand } from './operation-run.ts';

/** A run cannot be told something: it does not exist, has ended, or is none that takes commands. */
export class NoSuchRunError extends Error {
  override readonly name = 'NoSuchRunError';
}

/** What is said once a run was told something. */
const told = {
  pause: () => 'pausing: what it has begun is finished first',
  resume: () => 'going on',
  cancel: () => 'being cancelled: what it has begun is finished first',
  limit: (rate) => (rate === null ? 'no limit any more' : `at most ${rate} per second from now on`),
} as const satisfies Record<RunCommand, (rate: number | null) => string>;

/** Types of workflow whose pace can be changed while they run. */
export const limitedTypes: readonly string[] = ['backfill', 'reindex', 'retryFailed', 'rollBack'];

/**
 * Tells an operation that runs to pause, to go on, to end, or at which pace it may work. Cancelling is
 * Temporal's own; the rest are updates that backfill, reindex, retry and their like have in common.
 *
 * @param rate for `limit`: objects, retries or documents per second; null for none
 * @returns what happens now, for people
 * @throws {NoSuchRunError} where it does not run, is no operation of this task queue, or cannot be limited
 */
export async function controlRun(
  client: Client,
  taskQueue: string,
  workflowId: string,
  command: RunCommand,
  rate: number | null = null,
): Promise<string> {
  const handle = client.workflow.getHandle(workflowId);
  const type = await typeOf(handle, taskQueue);
  if (command === 'cancel') await handle.cancel();
  else if (command === 'limit') {
    if (!limitedTypes.includes(type))
      throw new NoSuchRunError(`${workflowId} has no pace that can be changed`);
    await handle.executeUpdate(setRateLimitUpdate, { args: [rate] });
  } else await handle.executeUpdate(command === 'pause' ? pauseUpdate : resumeUpdate);
  return told[command](rate);
}

async function typeOf(handle: WorkflowHandle, taskQueue: string): Promise<string> {
  const { workflowId } = handle;
  try {
    const { type, status, taskQueue: itsQueue } = await handle.describe();
    if (kindOf(type) === undefined || itsQueue !== taskQueue)
      throw new NoSuchRunError(`${workflowId} is no operation that can be told anything`);
    if (status.name !== 'RUNNING')
      throw new NoSuchRunError(`${workflowId} has ended already (${status.name.toLowerCase()})`);
    return type;
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw new NoSuchRunError(`Temporal knows of no workflow ${workflowId}`, { cause: error });
  }
}
