import type { temporal } from '@temporalio/proto';
import { failureText } from './failure-text.ts';
import { type LocalActivity, readLocalActivity } from './local-activity.ts';
import { duration, isoTime, milliseconds } from './temporal-time.ts';
import type { RunStatus, Timeline, TimelineStep } from './timeline-schema.ts';

type History = temporal.api.history.v1.IHistory;
type Event = temporal.api.history.v1.IHistoryEvent;

/**
 * What a run did, step by step in the order in which it began them, from the history that Temporal keeps.
 *
 * Of a regular activity Temporal writes only the beginning until it has ended: what it is at now is in
 * `pendingSteps`, and its place here is left out.
 */
export function timeline(history: History): Timeline {
  const events = history.events ?? [];
  const startedAt = milliseconds(events[0]?.eventTime);
  const end = endOf(events.at(-1));
  const endedAt = end === undefined ? undefined : milliseconds(events.at(-1)?.eventTime);
  return {
    status: end?.status ?? 'running',
    started_at: isoTime(startedAt ?? 0) ?? '',
    ended_at: isoTime(endedAt),
    duration_ms: duration(startedAt, endedAt),
    error: end?.error ?? null,
    reset_from: resetFrom(events),
    steps: [...localSteps(events), ...regularSteps(events), ...failedTasks(events)].sort((a, b) =>
      a.started_at === b.started_at ? 0 : a.started_at < b.started_at ? -1 : 1,
    ),
  };
}

function endOf(event: Event | undefined): { status: RunStatus; error: string | null } | undefined {
  if (!event) return undefined;
  const failed = event.workflowExecutionFailedEventAttributes;
  const terminated = event.workflowExecutionTerminatedEventAttributes;
  if (event.workflowExecutionCompletedEventAttributes) return { status: 'completed', error: null };
  if (failed) return { status: 'failed', error: failureText(failed.failure) };
  if (terminated) return { status: 'terminated', error: terminated.reason || 'Terminated without a reason' };
  if (event.workflowExecutionCanceledEventAttributes) return { status: 'canceled', error: null };
  if (event.workflowExecutionTimedOutEventAttributes) return { status: 'timed out', error: null };
  if (event.workflowExecutionContinuedAsNewEventAttributes)
    return { status: 'continued as new', error: null };
  return undefined;
}

/** A reset leaves a failed task that names the run from which the beginning was copied. */
function resetFrom(events: readonly Event[]): string | null {
  const reset = events.findLast((event) => event.workflowTaskFailedEventAttributes?.baseRunId);
  return reset?.workflowTaskFailedEventAttributes?.baseRunId || null;
}

function localSteps(events: readonly Event[]): TimelineStep[] {
  const recorded = events.flatMap((event) => {
    const attributes = event.markerRecordedEventAttributes;
    const activity = attributes && readLocalActivity(attributes);
    return activity ? [{ activity, failure: attributes.failure, at: milliseconds(event.eventTime) }] : [];
  });
  let clock = 0;
  return recorded.map(({ activity, failure, at }, position) => {
    const next = recorded[position + 1]?.activity.scheduledAt;
    const endedAt = endOfLocal(activity, Math.max(clock, taskBefore(events, activity)), next ?? at);
    clock = activity.completedAt;
    return {
      name: activity.name,
      kind: 'local',
      state: failure ? 'failed' : 'completed',
      attempts: activity.attempts,
      started_at: isoTime(activity.scheduledAt) ?? '',
      ended_at: isoTime(endedAt),
      duration_ms: duration(activity.scheduledAt, endedAt),
      error: failureText(failure),
      next_attempt_at: null,
    };
  });
}

/**
 * The worker records when a local activity began, and how long its last attempt took. So the end of a single attempt
 * is known; of several, it is where the next step begins or the worker reported.
 */
function endOfLocal(activity: LocalActivity, clock: number, limit: number | undefined): number {
  const end = activity.scheduledAt + Math.max(0, activity.completedAt - clock);
  if (limit === undefined) return end;
  return activity.attempts > 1 ? Math.max(end, limit) : Math.min(end, Math.max(limit, activity.scheduledAt));
}

/** When the workflow task began in which a local activity was scheduled: where its clock starts. */
function taskBefore(events: readonly Event[], { scheduledAt }: LocalActivity): number {
  const task = events.findLast(
    (event) =>
      event.workflowTaskStartedEventAttributes && (milliseconds(event.eventTime) ?? 0) <= scheduledAt,
  );
  return milliseconds(task?.eventTime) ?? 0;
}

function regularSteps(events: readonly Event[]): TimelineStep[] {
  return events.flatMap((event) => {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (!scheduled) return [];
    const id = String(event.eventId);
    const started = events.find(
      ({ activityTaskStartedEventAttributes: other }) => String(other?.scheduledEventId) === id,
    )?.activityTaskStartedEventAttributes;
    const end = events.find((other) => endsActivity(other, id));
    if (!end) return [];
    const startedAt = milliseconds(event.eventTime);
    const endedAt = milliseconds(end.eventTime);
    const failure =
      end.activityTaskFailedEventAttributes?.failure ?? end.activityTaskTimedOutEventAttributes?.failure;
    return [
      {
        name: scheduled.activityType?.name ?? 'unknown',
        kind: 'regular',
        state: stateOf(end),
        attempts: started?.attempt ?? 1,
        started_at: isoTime(startedAt ?? 0) ?? '',
        ended_at: isoTime(endedAt),
        duration_ms: duration(startedAt, endedAt),
        error: failureText(failure ?? started?.lastFailure),
        next_attempt_at: null,
      },
    ];
  });
}

function endsActivity(event: Event, scheduledEventId: string): boolean {
  const attributes =
    event.activityTaskCompletedEventAttributes ??
    event.activityTaskFailedEventAttributes ??
    event.activityTaskTimedOutEventAttributes ??
    event.activityTaskCanceledEventAttributes;
  return String(attributes?.scheduledEventId) === scheduledEventId;
}

function stateOf(end: Event): TimelineStep['state'] {
  if (end.activityTaskCompletedEventAttributes) return 'completed';
  if (end.activityTaskTimedOutEventAttributes) return 'timed out';
  return end.activityTaskCanceledEventAttributes ? 'canceled' : 'failed';
}

/** Workflow tasks that failed or were lost, as when a worker is killed. A reset is none of them. */
function failedTasks(events: readonly Event[]): TimelineStep[] {
  return events.flatMap((event) => {
    const failed = event.workflowTaskFailedEventAttributes;
    const timedOut = event.workflowTaskTimedOutEventAttributes;
    if (!(failed ?? timedOut) || failed?.baseRunId) return [];
    const scheduledId = String((failed ?? timedOut)?.scheduledEventId);
    const scheduled = events.find(({ eventId }) => String(eventId) === scheduledId);
    const endedAt = milliseconds(event.eventTime);
    const startedAt = milliseconds(scheduled?.eventTime) ?? endedAt;
    return [
      {
        name: 'workflow task',
        kind: 'workflow task',
        state: failed ? 'failed' : 'timed out',
        attempts: scheduled?.workflowTaskScheduledEventAttributes?.attempt ?? 1,
        started_at: isoTime(startedAt ?? 0) ?? '',
        ended_at: isoTime(endedAt),
        duration_ms: duration(startedAt, endedAt),
        error: failed ? failureText(failed.failure) : 'The worker did not answer in time',
        next_attempt_at: null,
      },
    ];
  });
}
