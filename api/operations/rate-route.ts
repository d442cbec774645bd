import { z } from 'zod';
import { ingestionRate as readIngestionRate } from '../../drizzle/queries/ingestion-rate.ts';
import { moment } from '../builds/record-schema.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { ApiRoute } from '../openapi/api-route.ts';
import { readRoute } from './operations-route.ts';

/** Time spans, each with the length of a bucket in seconds and the number of buckets. */
const spans = {
  hour: { bucket: 60, count: 60 },
  day: { bucket: 900, count: 96 },
  week: { bucket: 3_600, count: 168 },
  month: { bucket: 21_600, count: 120 },
} as const;

const names = Object.keys(spans) as [keyof typeof spans, ...(keyof typeof spans)[]];

export const ingestionRate = z
  .object({
    bucket_seconds: z.int(),
    buckets: z
      .array(
        z.object({
          start: moment,
          builds: z.int().describe('Builds inserted, by backfills too'),
          lag_p50_seconds: z
            .number()
            .nullable()
            .describe(
              'Median time from the event in S3 until an object was searchable; null if there were no events',
            ),
          lag_p95_seconds: z.number().nullable().describe('95th percentile of the same'),
        }),
      )
      .describe('The oldest first, without a gap; the last is the present one'),
  })
  .meta({ id: 'IngestionRate' });

export type IngestionRate = z.output<typeof ingestionRate>;

export function rateRoute({ database }: ApiDependencies): ApiRoute {
  return readRoute(
    {
      path: '/api/operations/rate',
      operationId: 'getIngestionRate',
      summary: 'Rate and lag of ingestion over time',
      example: '/api/operations/rate?span=day',
      query: z.object({
        span: z
          .enum(names, `must be one of ${names.join(', ')}`)
          .default('day')
          .describe('How far back to go'),
      }),
      shows: 'Rate and lag',
      schema: ingestionRate,
    },
    async ({ query: { span } }) => {
      const { bucket, count } = spans[span];
      const rates = await readIngestionRate(database, bucket, count);
      const buckets = rates.map(({ start, builds, lagP50, lagP95 }) => {
        return { start, builds, lag_p50_seconds: lagP50, lag_p95_seconds: lagP95 };
      });
      return { bucket_seconds: bucket, buckets };
    },
  );
}
