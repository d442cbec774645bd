import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/activities.ts';

const retry = { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' } as const;

/** The activities that are done in a moment, retried without end. */
export const shortSteps = proxyActivities<Activities>({ startToCloseTimeout: '1 minute', retry });

/**
 * The activities that take their time, retried without end. They heartbeat every two seconds, so that a worker that
 * was killed is noticed soon; and a cancelled one is waited for, so that nothing is written after it.
 */
export const longSteps = proxyActivities<Activities>({
  startToCloseTimeout: '2 hours',
  heartbeatTimeout: '10 seconds',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry,
});
