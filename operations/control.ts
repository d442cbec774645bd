import {
  type Client,
  isGrpcDeadlineError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { type ActionResult, ConflictError, type OperationContext, type RunCommand } from './operation.ts';
import { operationOfType } from './registry.ts';

/** Milliseconds that a worker has to accept a command. */
const timeLimit = 10_000;

/**
 * Pauses, resumes, cancels or limits a running operation. Cancelling is Temporal's own, and waits for a worker; the
 * others are updates, which a worker accepts or refuses at once.
 *
 * @param perSecond with `limit`: units per second; null for no limit
 * @throws {ConflictError} if it is not running, is not an operation of this task queue, or refuses the command
 */
export async function controlRun(
  { temporal, config }: Pick<OperationContext, 'temporal' | 'config'>,
  workflowId: string,
  command: RunCommand,
  perSecond: number | null = null,
): Promise<ActionResult> {
  await requireRunning(temporal, config.TEMPORAL_TASK_QUEUE, workflowId, command);
  const handle = temporal.workflow.getHandle(workflowId);
  const results = {
    pause: 'Pausing: work in flight is finished first',
    resume: 'Resumed',
    cancel: 'Cancelling: work in flight is finished first',
    limit: perSecond === null ? 'The rate limit is removed' : `The rate limit is ${perSecond} per second`,
  };
  try {
    await temporal.withDeadline(Date.now() + timeLimit, async () => {
      if (command === 'cancel') await handle.cancel();
      else if (command === 'limit') await handle.executeUpdate('setRateLimit', { args: [perSecond] });
      else await handle.executeUpdate(command);
    });
  } catch (error) {
    // It has ended meanwhile, or continues in another run.
    if (error instanceof WorkflowNotFoundError)
      return await controlRun({ temporal, config }, workflowId, command, perSecond);
    if (error instanceof WorkflowUpdateFailedError)
      throw new ConflictError(`${workflowId} refuses: ${error.cause?.message ?? error.message}`, {
        cause: error,
      });
    if (isGrpcDeadlineError(error) || isGrpcDeadlineError((error as Error).cause))
      throw new ConflictError(
        `No worker has accepted this within ${timeLimit / 1_000} s. Check that one is running, and try again.`,
        { cause: error },
      );
    throw error;
  }
  // Work in flight is finished first.
  const outcome = command === 'pause' || command === 'cancel' ? 'started' : 'done';
  return { result: results[command], workflowId, outcome };
}

async function requireRunning(
  temporal: Client,
  taskQueue: string,
  workflowId: string,
  command: RunCommand,
): Promise<void> {
  const description = await temporal.workflow
    .getHandle(workflowId)
    .describe()
    .catch((error: unknown) => {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    });
  if (!description) throw new ConflictError(`Temporal has no workflow ${workflowId}.`);
  const operation = operationOfType(description.type);
  if (!operation || description.taskQueue !== taskQueue)
    throw new ConflictError(`${workflowId} is not an operation.`);
  if (description.status.name !== 'RUNNING')
    throw new ConflictError(`${workflowId} is not running (${description.status.name.toLowerCase()}).`);
  if (!operation.commands.includes(command))
    throw new ConflictError(`${operation.title} does not take the command ${command}.`);
}
