import { z } from 'zod';
import { moment } from '../../builds/record-schema.ts';
import { runStatus, timeline } from './timeline-schema.ts';

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
