import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/activities.ts';
import { operationPriority as priority } from './priorities.ts';

const retry = { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' } as const;

/** The activities that are done in a moment, retried indefinitely. */
export const shortSteps = proxyActivities<Activities>({ startToCloseTimeout: '1 minute', retry, priority });

/**
 * The activities that take their time, retried indefinitely. They heartbeat every second or two, so that the loss of a
 * worker is noticed soon. A cancelled one is waited for, so that nothing is written after it, and none of what it did is
 * missing in the report.
 */
export const longSteps = proxyActivities<Activities>({
  startToCloseTimeout: '2 hours',
  heartbeatTimeout: '10 seconds',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry,
  priority,
});
