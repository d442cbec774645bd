import { readFileSync } from 'node:fs';
import proto from '@temporalio/proto';
import { describe, expect, it } from 'vitest';
import { timeline as schema } from './run-schema.ts';
import { openActivities, pendingSteps, timeline } from './timeline.ts';

const { History } = proto.temporal.api.history.v1;
const folder = new URL('../../../workflows/histories/', import.meta.url);

/** A history that a real run has left. */
function history(name: string) {
  return History.decode(readFileSync(new URL(`${name}.pb`, folder)));
}

function read(name: string) {
  const result = timeline(history(name));
  // The document promises this schema.
  expect(schema.parse(result)).toEqual(result);
  return result;
}

const shortened = (name: string) =>
  read(name).steps.map(({ name: step, kind, state, attempts }) => `${step} ${kind} ${state} ${attempts}`);

describe('timeline', () => {
  it.each([
    [
      'ingested',
      'completed',
      ['downloadObject', 'validateBuild', 'insertBuilds', 'indexBuilds'].map(
        (step) => `${step} local completed 1`,
      ),
    ],
    [
      'invalid',
      'failed',
      ['downloadObject', 'validateBuild', 'recordFailure'].map((step) => `${step} local completed 1`),
    ],
    ['missing', 'completed', ['downloadObject', 'recordFailure'].map((step) => `${step} local completed 1`)],
    ['unreadable', 'failed', ['readMessage', 'recordFailure'].map((step) => `${step} local completed 1`)],
  ])('of a run that is %s', (name, status, steps) => {
    const { status: found, ended_at, duration_ms } = read(name);
    expect(found).toBe(status);
    expect(ended_at).not.toBeNull();
    expect(duration_ms).toBeGreaterThan(0);
    expect(shortened(name)).toEqual(steps);
  });

  it('tells when each local step began and how long it took', () => {
    expect(read('invalid').steps[0]).toEqual({
      name: 'downloadObject',
      kind: 'local',
      state: 'completed',
      attempts: 1,
      started_at: '2026-11-24T06:09:17.239Z',
      ended_at: '2026-11-24T06:09:17.245Z',
      duration_ms: 6.5,
      error: null,
      next_attempt_at: null,
    });
  });

  it('lets the steps of one run follow each other, and end before the run does', () => {
    for (const name of ['ingested', 'invalid', 'missing', 'partly', 'retried', 'unchanged', 'unreadable']) {
      const { steps, ended_at } = read(name);
      for (const [position, step] of steps.entries()) {
        expect(step.ended_at ?? '').toSatisfy((end: string) => end >= step.started_at);
        expect(step.ended_at ?? '').toSatisfy(
          (end: string) => end <= (steps[position + 1]?.started_at ?? '9'),
        );
        expect(step.ended_at ?? '').toSatisfy((end: string) => end <= (ended_at ?? ''));
      }
    }
  });

  it('shows the quick way failing and the durable one succeeding', () => {
    const [local, regular] = read('retried').steps.slice(-2);
    expect(local).toMatchObject({
      name: 'indexBuilds',
      kind: 'local',
      state: 'failed',
      attempts: 2,
      error: 'Activity timed out',
    });
    // Two attempts of five seconds and a tenth between them.
    expect(local?.duration_ms).toBeGreaterThan(10_000);
    expect(regular).toMatchObject({ name: 'indexBuilds', kind: 'regular', state: 'completed', attempts: 1 });
    expect(regular?.duration_ms).toBeCloseTo(2879, 0);
  });

  it('says why a run failed', () => {
    expect(read('invalid').error).toContain(
      "InvalidBuild: s3://buildhub/hist/c/buildhub.json: (root): 'source'",
    );
    expect(read('ingested').error).toBeNull();
  });

  it('is running as long as nothing has ended it', () => {
    const open = history('retried');
    open.events.splice(14);
    expect(timeline(open)).toMatchObject({ status: 'running', ended_at: null, duration_ms: null });
  });

  it('tells of a worker that was lost or could not go on, and of a reset', () => {
    const broken = history('retried');
    const { events } = broken;
    events.splice(3);
    const at = { seconds: events[2]?.eventTime?.seconds ?? null, nanos: 999_000_000 };
    events.push(
      ...[
        { workflowTaskTimedOutEventAttributes: { scheduledEventId: events[1]?.eventId ?? null } },
        {
          workflowTaskFailedEventAttributes: {
            scheduledEventId: events[1]?.eventId ?? null,
            failure: {
              message: 'Nondeterminism',
              cause: { message: 'no such step', applicationFailureInfo: { type: 'X' } },
            },
          },
        },
        { workflowTaskFailedEventAttributes: { baseRunId: 'run-before' } },
        { workflowExecutionTerminatedEventAttributes: { reason: 'by hand' } },
      ].map((attributes) =>
        proto.temporal.api.history.v1.HistoryEvent.fromObject({ eventTime: at, ...attributes }),
      ),
    );
    expect(timeline(broken)).toMatchObject({
      status: 'terminated',
      error: 'by hand',
      reset_from: 'run-before',
      steps: [
        { kind: 'workflow task', state: 'timed out', error: 'The worker did not answer in time' },
        { kind: 'workflow task', state: 'failed', error: 'Nondeterminism; caused by X: no such step' },
      ],
    });
  });

  it('leaves out a marker that it cannot read', () => {
    const strange = history('ingested');
    for (const { markerRecordedEventAttributes: marker } of strange.events) {
      const data = marker?.details?.data?.payloads?.[0];
      if (data) data.data = new TextEncoder().encode('{"what": "is this"');
    }
    expect(timeline(strange).steps).toEqual([]);
  });
});

describe('pendingSteps', () => {
  const open = history('retried');
  open.events.splice(14);
  const begun = Date.parse('2026-11-24T06:09:39.409Z');
  const seconds = (time: number) => ({ seconds: String(Math.floor(time / 1000)), nanos: 0 });
  const activity = proto.temporal.api.workflow.v1.PendingActivityInfo.fromObject({
    activityId: '5',
    activityType: { name: 'indexBuilds' },
    state: 'PENDING_ACTIVITY_STATE_SCHEDULED',
    attempt: 7,
    scheduledTime: seconds(begun + 60_000),
    lastFailure: { message: 'Elasticsearch is away', applicationFailureInfo: { type: 'ConnectionError' } },
  });

  it('tells of a step that waits: its attempts, last error and next attempt', () => {
    expect(pendingSteps([activity], openActivities(open), begun + 30_500.6)).toEqual([
      {
        name: 'indexBuilds',
        kind: 'regular',
        state: 'waiting',
        attempts: 7,
        started_at: '2026-11-24T06:09:39.409Z',
        ended_at: null,
        duration_ms: 30_500,
        error: 'ConnectionError: Elasticsearch is away',
        next_attempt_at: '2026-11-24T06:10:39.000Z',
      },
    ]);
  });

  it('a step that runs right now has no next attempt', () => {
    const running = proto.temporal.api.workflow.v1.PendingActivityInfo.fromObject({
      ...activity,
      state: 'PENDING_ACTIVITY_STATE_STARTED',
    });
    expect(pendingSteps([running], openActivities(open), begun)).toMatchObject([
      { state: 'running', next_attempt_at: null },
    ]);
  });

  it('leaves out a step whose end is in the history already', () => {
    expect(pendingSteps([activity], openActivities(history('retried')), begun)).toEqual([]);
  });
});
