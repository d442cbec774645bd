import type { temporal } from '@temporalio/proto';
import type { RunStatus, Timeline, TimelineStep } from './run-schema.ts';

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

/** A failure as Temporal keeps it. */
export interface Failure {
  readonly message?: string | null;
  readonly applicationFailureInfo?: { readonly type?: string | null } | null;
  readonly cause?: Failure | null;
}

/** Characters of a text; an error may hold a whole answer of a service. */
const maxLength = 4_000;

/** What went wrong, with its causes, in one text; null where nothing did. */
export function failureText(failure: Failure | null | undefined): string | null {
  const texts: string[] = [];
  for (let current = failure; current; current = current.cause) {
    const type = current.applicationFailureInfo?.type;
    const message = current.message || 'without a message';
    const text = type && type !== 'Error' ? `${type}: ${message}` : message;
    if (text !== texts.at(-1)) texts.push(text);
  }
  if (texts.length === 0) return null;
  const text = texts.join('; caused by ');
  return text.length > maxLength ? `${text.slice(0, maxLength).toWellFormed()}...` : text;
}

/** A local activity as the worker recorded it, with moments in milliseconds since 1970. */
export interface LocalActivity {
  readonly name: string;
  readonly attempts: number;
  readonly scheduledAt: number;
  /**
   * When it was over, by a clock of its own: it stands still but for the time that the last attempt of each local
   * activity takes, from the start of the workflow task on.
   */
  readonly completedAt: number;
}

interface Payload {
  readonly data?: Uint8Array | null;
}

interface MarkerData {
  readonly activity_type: string;
  readonly attempt?: number;
  readonly complete_time?: Timestamp;
  readonly original_schedule_time?: Timestamp;
}

const decoder = new TextDecoder();

/**
 * Reads a marker. What it holds is the business of Temporal's SDK Core (`LocalActivityMarkerData`), so one that does
 * not look as expected is undefined rather than an error.
 */
export function readLocalActivity(marker: {
  readonly markerName?: string | null;
  readonly details?: Readonly<Record<string, { readonly payloads?: readonly Payload[] | null }>> | null;
}): LocalActivity | undefined {
  if (marker.markerName !== 'core_local_activity') return undefined;
  const bytes = marker.details?.data?.payloads?.[0]?.data;
  if (!bytes) return undefined;
  const data = parse(decoder.decode(bytes));
  const scheduledAt = milliseconds(data?.original_schedule_time);
  const completedAt = milliseconds(data?.complete_time);
  if (typeof data?.activity_type !== 'string' || scheduledAt === undefined || completedAt === undefined) {
    return undefined;
  }
  return { name: data.activity_type, attempts: data.attempt ?? 1, scheduledAt, completedAt };
}

function parse(text: string): MarkerData | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as MarkerData) : undefined;
  } catch {
    return undefined;
  }
}

/** A moment as protobuf has it; the seconds are a number, a text or a Long. */
export interface Timestamp {
  readonly seconds?: { toString(): string } | null;
  readonly nanos?: number | null;
}

/** Milliseconds since 1970, with their fraction; undefined for a moment that is not set. */
export function milliseconds(time: Timestamp | null | undefined): number | undefined {
  if (time?.seconds === undefined || time.seconds === null) return undefined;
  return Number(time.seconds.toString()) * 1_000 + (time.nanos ?? 0) / 1e6;
}

/** ISO 8601, or null for no moment. */
export function isoTime(time: number | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString();
}

/** Milliseconds between two moments, to a tenth. Clocks of two machines may disagree: then it is 0. */
export function duration(from: number | undefined, to: number | undefined): number | null {
  if (from === undefined || to === undefined) return null;
  return Math.max(0, Math.round((to - from) * 10) / 10);
}

type PendingActivity = temporal.api.workflow.v1.IPendingActivityInfo;

/** `PENDING_ACTIVITY_STATE_STARTED` of Temporal's API. */
const STARTED = 2;

/**
 * The activities that a run is at, from what Temporal reports: their history is not written before they end.
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
