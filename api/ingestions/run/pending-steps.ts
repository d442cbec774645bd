import type { temporal } from '@temporalio/proto';
import { failureText } from './failure-text.ts';
import { duration, isoTime, milliseconds } from './temporal-time.ts';
import type { TimelineStep } from './timeline-schema.ts';

type PendingActivity = temporal.api.workflow.v1.IPendingActivityInfo;

/** `PENDING_ACTIVITY_STATE_STARTED` of Temporal's API. */
const STARTED = 2;

/**
 * The activities that a run is at, from what Temporal tells of it: their history is not written before they end.
 *
 * @param open see `openActivities`; an activity that is not among them has ended meanwhile
 * @param now in milliseconds since 1970
 */
export function pendingSteps(
  activities: readonly PendingActivity[],
  open: ReadonlyMap<string, number>,
  now: number,
): TimelineStep[] {
  return activities.flatMap((activity) => {
    const scheduledAt = open.get(activity.activityId ?? '');
    if (scheduledAt === undefined) return [];
    const isRunning = activity.state === STARTED;
    const next = milliseconds(activity.nextAttemptScheduleTime) ?? milliseconds(activity.scheduledTime);
    return [
      {
        name: activity.activityType?.name ?? 'unknown',
        kind: 'regular',
        state: isRunning ? 'running' : 'waiting',
        attempts: activity.attempt ?? 1,
        started_at: isoTime(scheduledAt) ?? '',
        ended_at: null,
        duration_ms: duration(scheduledAt, now),
        error: failureText(activity.lastFailure),
        next_attempt_at: isRunning ? null : isoTime(next),
      },
    ];
  });
}
