import { z } from 'zod';
import { outcomes } from '../../drizzle/tables.ts';
import { ingestionState, moment, outcome, relatedBuild } from '../builds/record-schema.ts';
import { listedRun } from './runs.ts';

const place = { bucket: z.string(), key: z.string() };
const etag = z.string().nullable().describe('Of the content that was read last');

export const listedIngestion = ingestionState
  .extend({ ...place, etag, build_hashes: z.array(z.string()).describe('Builds of that content') })
  .meta({ id: 'ListedIngestion' });

export const ingestionPage = z
  .object({
    ingestions: z.array(listedIngestion),
    next: z.string().nullable().describe('Address of the next page; null on the last'),
  })
  .meta({ id: 'IngestionPage' });

export const ingestionCounts = z
  .object({
    total: z.int(),
    by_outcome: z.object(
      Object.fromEntries(outcomes.map((name) => [name, z.int()])) as Record<
        (typeof outcomes)[number],
        z.ZodInt
      >,
    ),
    by_reason: z
      .array(
        z.object({
          outcome,
          reason: z.string().describe('With `…` for the value that was wrong, and `N` for numbers'),
          example: z.string().describe('The whole reason of one of them'),
          count: z.int(),
          last_attempt_at: moment,
        }),
      )
      .describe('Most common first'),
  })
  .meta({ id: 'IngestionCounts' });

export const ingestion = z
  .object({
    ...place,
    etag,
    ingestion: ingestionState
      .nullable()
      .describe('The last outcome of the object; null until its first run has one'),
    builds: z
      .array(
        relatedBuild.extend({
          indexed_at: moment.nullable(),
          etag: z.string().nullable(),
          is_current: z.boolean().describe('Whether the content that was read last has it'),
          product: z.string(),
          version: z.string(),
          channel: z.string(),
          platform: z.string(),
          locale: z.string(),
          build_id: z.string().nullable(),
        }),
      )
      .describe('Builds of every content that the key has had, oldest first'),
    runs: z
      .array(listedRun)
      .nullable()
      .describe(
        'Runs that Temporal still has of this object, retries too, newest first; null if it is not responding',
      ),
  })
  .meta({ id: 'Ingestion' });

export type Ingestion = z.output<typeof ingestion>;
export type IngestionPage = z.output<typeof ingestionPage>;
export type IngestionCounts = z.output<typeof ingestionCounts>;
