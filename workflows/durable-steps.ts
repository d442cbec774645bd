import {
  isCancellation,
  log,
  proxyActivities,
  proxyLocalActivities,
  rootCause,
  TemporalFailure,
} from '@temporalio/workflow';
import type { Activities } from '../activities/activities.ts';

type StepName = keyof Activities;
type UntypedSteps = Record<StepName, (...input: unknown[]) => Promise<unknown>>;

const fast = proxyLocalActivities<UntypedSteps>({
  startToCloseTimeout: '5 seconds',
  retry: { initialInterval: '100 milliseconds', maximumAttempts: 2 },
});

const durable = proxyActivities<UntypedSteps>({
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
});

/**
 * The activities of Temporal's pattern "fast/slow retries": each succeeds in the end, however long a service is down.
 *
 * A step runs first as a local activity, since that costs Temporal almost nothing; if that fails twice, as a regular
 * one, which is retried indefinitely, backs off up to half a minute, outlives the worker, and shows its attempts and
 * last error in the Temporal UI. So an activity returns what is final (an invalid file, say) and throws what is transient.
 *
 * @param onDelay called with the first error when the fast way has failed, before the slow one begins
 */
export function durableSteps(onDelay: (reason: string) => void): Activities {
  const run = async (step: StepName, input: unknown[]): Promise<unknown> => {
    try {
      return await fast[step](...input);
    } catch (error) {
      if (!(error instanceof TemporalFailure) || isCancellation(error)) throw error;
      const reason = rootCause(error) ?? error.message;
      log.warn('A step failed twice in the worker; Temporal retries it from now on', { step, reason });
      onDelay(`${step}: ${reason}`);
      return await durable[step](...input);
    }
  };
  return new Proxy({} as Activities, {
    get:
      (_, step: StepName) =>
      (...input: unknown[]) =>
        run(step, input),
  });
}
