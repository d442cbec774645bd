import { CancelledFailure, Context } from '@temporalio/activity';

/** Well within the heartbeat timeout of the workflows that run these activities. */
const interval = 2_000;

/**
 * Runs the work of a long activity, telling Temporal all the while that it is alive and how far it has come, so that
 * a worker that was killed is noticed within seconds and the next attempt goes on from there.
 *
 * @param progress what the next attempt is to know, see {@link lastHeartbeat}
 * @param work ends early when the signal says so
 * @throws {CancelledFailure} where the workflow has asked for the end, whatever the work threw because of it
 */
export async function withHeartbeats<R>(
  progress: () => unknown,
  work: (signal: AbortSignal) => Promise<R>,
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

/** What the attempt before this one has told last; undefined for the first attempt. */
export function lastHeartbeat<P>(): P | undefined {
  return Context.current().info.heartbeatDetails as P | undefined;
}
