import { z } from 'zod';
import { moment } from '../../builds/record-schema.ts';

/** One thing that a run did. */
export const timelineStep = z
  .object({
    name: z.string().describe('The activity, for example `indexBuilds`'),
    kind: z
      .enum(['local', 'regular', 'workflow task'])
      .describe(
        '`local`: the quick way, in the worker; `regular`: after the quick way has failed, retried by Temporal without end; `workflow task`: the worker itself, only where it failed',
      ),
    state: z
      .enum(['completed', 'failed', 'timed out', 'canceled', 'running', 'waiting'])
      .describe('`waiting`: for a worker, or for the next attempt'),
    attempts: z.int(),
    started_at: moment,
    ended_at: moment.nullable(),
    duration_ms: z.number().nullable().describe('From the first attempt to the end of the last'),
    error: z.string().nullable().describe('Of the last attempt that failed'),
    next_attempt_at: moment.nullable().describe('Of a step that waits for it'),
  })
  .meta({ id: 'TimelineStep' });

export const runStatus = z
  .enum(['running', 'completed', 'failed', 'canceled', 'terminated', 'timed out', 'continued as new'])
  .meta({ id: 'RunStatus' });

/** What a run of a workflow did, from its history. */
export const timeline = z
  .object({
    status: runStatus,
    started_at: moment,
    ended_at: moment.nullable(),
    duration_ms: z.number().nullable(),
    error: z.string().nullable().describe('Why the run ended without success'),
    reset_from: z.string().nullable().describe('Id of the run that an operator has reset to make this one'),
    steps: z.array(timelineStep),
  })
  .meta({ id: 'Timeline' });

export type TimelineStep = z.output<typeof timelineStep>;
export type Timeline = z.output<typeof timeline>;
export type RunStatus = z.output<typeof runStatus>;

/** A run with what Temporal still knows of it. */
export const run = z
  .object({
    workflow_id: z.string(),
    run_id: z.string(),
    temporal_url: z.string().describe('The run in the Temporal UI'),
    known: z
      .enum(['yes', 'forgotten', 'unavailable', 'too long'])
      .describe(
        '`forgotten`: Temporal keeps runs only for its retention period; `unavailable`: Temporal could not be asked; `too long`: see the Temporal UI',
      ),
    note: z.string().nullable().describe('Why there is no timeline'),
    timeline: timeline.nullable(),
  })
  .meta({ id: 'Run' });

export const listedRun = z
  .object({
    workflow_id: z.string(),
    run_id: z.string(),
    status: runStatus,
    started_at: moment,
    ended_at: moment.nullable(),
    temporal_url: z.string(),
  })
  .meta({ id: 'ListedRun' });

export type Run = z.output<typeof run>;
export type ListedRun = z.output<typeof listedRun>;
