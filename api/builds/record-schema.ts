import { z } from 'zod';
import type { ObjectRow } from '../../drizzle/queries/objects.ts';
import { outcomes } from '../../drizzle/tables.ts';
import type { Build } from '../../schema/build.ts';
import { ingestionPath, type LinkConfig, temporalRunUrl } from './addresses.ts';

export const moment = z.iso.datetime().describe('ISO 8601, UTC');

/** A build as published. In the document its place is taken by schema.yaml. */
export const publishedBuild = z.looseObject({}).meta({ id: 'Build' }) as unknown as z.ZodType<Build>;

export const outcome = z.enum(outcomes).meta({
  id: 'Outcome',
  description:
    '`ingested`: at least one build was new; `unchanged`: all were known; `invalid`: not a build, see `reason`; `missing`: the object was not there',
});

export const s3Object = z
  .object({
    bucket: z.string(),
    key: z.string(),
    etag: z.string().nullable().describe('Of the content that was read, without quotes'),
  })
  .meta({ id: 'S3Object' });

export const ingestionState = z
  .object({
    outcome,
    reason: z.string().nullable().describe('Why the object is invalid or missing'),
    attempts: z.int().describe('Workflow runs that have dealt with the object'),
    first_attempt_at: moment,
    last_attempt_at: moment,
    workflow_id: z.string(),
    run_id: z.string().describe('Of the last attempt'),
    temporal_url: z.string().describe('The run in the Temporal UI'),
    url: z.string().describe('The object at this API, with its runs'),
  })
  .meta({ id: 'IngestionState' });

export const relatedBuild = z
  .object({
    id: z.string(),
    hash: z.string(),
    created_at: moment,
    url: z.string(),
  })
  .meta({ id: 'RelatedBuild' });

export const buildRecord = z
  .object({
    id: z.string().describe('Decimal digits; the `_id` of searches'),
    hash: z.string().describe('Identity of the content'),
    build: publishedBuild,
    s3: s3Object
      .nullable()
      .describe('The buildhub.json that it is read from, the dated one of several; null if it is unknown'),
    also_at: z
      .array(s3Object)
      .describe('Other objects with the same build, such as one below `latest-...`, whose content changes'),
    created_at: moment.describe('When the build was inserted'),
    indexed_at: moment.nullable().describe('When it became searchable; null until then'),
    inserted_by: z.record(z.string(), z.unknown()).describe('Version of the code that inserted it'),
    ingestion: ingestionState
      .extend({
        is_of_this_build: z
          .boolean()
          .describe('False if the object has been overwritten with other content since'),
      })
      .nullable()
      .describe('The last attempt at the object; null if none was recorded'),
    related: z.object({
      twin: relatedBuild
        .extend({ relation: z.enum(['beta twin', 'release']).describe('What the twin is to this build') })
        .nullable()
        .describe('A Firefox release is there twice: as itself, and on the beta channel'),
      same_object: z
        .array(
          relatedBuild.extend({
            etag: z.string().nullable(),
            relation: z.enum(['older', 'newer']).describe('Content of the same key, before or after'),
          }),
        )
        .describe('Builds of other contents of the same key, oldest first'),
    }),
    links: z.object({
      self: z.string(),
      page: z.string().describe('The build in the UI'),
      same_build_id: z.string().nullable().describe('All builds with the same `build.id`, as NDJSON'),
    }),
  })
  .meta({ id: 'BuildRecord' });

export type BuildRecord = z.output<typeof buildRecord>;

export type IngestionState = z.output<typeof ingestionState>;

export function ingestionStateOf(object: ObjectRow, config: LinkConfig): IngestionState {
  const { workflowId, runId } = object;
  return {
    outcome: object.outcome,
    reason: object.reason,
    attempts: object.attempts,
    first_attempt_at: object.firstSeenAt.toISOString(),
    last_attempt_at: object.lastAttemptAt.toISOString(),
    workflow_id: workflowId,
    run_id: runId,
    temporal_url: temporalRunUrl(config, workflowId, runId),
    url: ingestionPath(object),
  };
}
