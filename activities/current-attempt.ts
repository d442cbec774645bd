import { CancelledFailure, Context } from '@temporalio/activity';

/** Well within the heartbeat timeout of the workflows that run these activities. */
const interval = 2_000;

/**
 * Runs the work of a long activity and sends heartbeats with how far it is, so that the loss of a worker is noticed within
 * seconds and the next attempt continues from there. (In Temporal's catalogue: resumable activity.)
 *
 * @param work ends early when the signal says so
 * @param progress what the next attempt is to know, see {@link lastHeartbeat}
 * @throws {CancelledFailure} if the workflow was cancelled, whatever the work threw because of it
 */
export async function withHeartbeats<R>(
  work: (signal: AbortSignal) => Promise<R>,
  progress: () => unknown = () => undefined,
): Promise<R> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(progress()), interval);
  try {
    return await work(context.cancellationSignal);
  } catch (error) {
    context.heartbeat(progress());
    if (context.cancellationDetails?.cancelRequested)
      throw new CancelledFailure('Cancelled', [], error as Error);
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/** The last heartbeat of the attempt before; undefined for the first attempt. */
export function lastHeartbeat<P>(): P | undefined {
  return Context.current().info.heartbeatDetails as P | undefined;
}

export function currentRun(): { readonly workflowId: string; readonly runId: string } {
  const { workflowExecution } = Context.current().info;
  if (!workflowExecution) throw new Error('This activity belongs to a workflow and cannot run without one');
  return workflowExecution;
}
