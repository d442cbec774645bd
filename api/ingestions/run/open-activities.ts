import type { temporal } from '@temporalio/proto';
import { milliseconds } from './temporal-time.ts';

/** The regular activities that a run has scheduled and that have not ended: when each was scheduled, by its id. */
export function openActivities(history: temporal.api.history.v1.IHistory): Map<string, number> {
  const open = new Map<string, { id: string; at: number }>();
  for (const event of history.events ?? []) {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) {
      open.set(String(event.eventId), {
        id: scheduled.activityId ?? '',
        at: milliseconds(event.eventTime) ?? 0,
      });
    }
    const ended =
      event.activityTaskCompletedEventAttributes ??
      event.activityTaskFailedEventAttributes ??
      event.activityTaskTimedOutEventAttributes ??
      event.activityTaskCanceledEventAttributes;
    if (ended) open.delete(String(ended.scheduledEventId));
  }
  return new Map([...open.values()].map(({ id, at }) => [id, at]));
}
