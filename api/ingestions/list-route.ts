import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import {
  countByOutcome,
  countByReason,
  listObjects,
  type ObjectFilter,
} from '../../drizzle/queries/objects.ts';
import { outcomes } from '../../drizzle/tables.ts';
import { endOf, moment, startOf } from '../../operations/time-input.ts';
import { ingestionStateOf } from '../builds/record-schema.ts';
import { createPlaces } from '../client-limit.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { ApiRoute } from '../openapi/api-route.ts';
import { retryLater } from '../openapi/http-problem.ts';
import { cursorParameter, nextPage, pageSize } from '../openapi/paging.ts';
import { readRoute } from '../operations/operations-route.ts';
import { ingestionCounts, ingestionPage } from './ingestion-schema.ts';

export const ingestionFilter = {
  outcome: z
    .array(z.enum(outcomes, `must be one of ${outcomes.join(', ')}`))
    .optional()
    .describe('Outcome of the object; repeat it for several outcomes'),
  bucket: z.string().optional().describe('S3 bucket'),
  prefix: z.string().optional().describe('Prefix of the key'),
  reason: z.string().optional().describe('Part of the reason (case-insensitive)'),
  reason_group: z
    .string()
    .optional()
    .describe('A reason as `/api/ingestions/counts` groups them: with `…` for values and `N` for numbers'),
  workflow_id: z.string().optional().describe('The workflow of the last attempt'),
  from: moment.optional().describe('Last attempt at this time or later'),
  to: moment.optional().describe('Last attempt at this time or earlier; a date includes the whole day'),
};

const schema = z.object(ingestionFilter);

export function toObjectFilter(query: z.output<typeof schema>): ObjectFilter {
  const { outcome, reason_group, workflow_id, from, to, ...same } = query;
  return {
    ...same,
    outcomes: outcome,
    reasonGroup: reason_group,
    workflowId: workflow_id,
    from: from === undefined ? undefined : startOf(from),
    to: to === undefined ? undefined : endOf(to),
  };
}

export function listIngestionsRoute({ database, config }: ApiDependencies): ApiRoute {
  return readRoute(
    {
      path: '/api/ingestions',
      operationId: 'listIngestions',
      tag: 'Ingestions',
      summary: 'State of the S3 objects, latest attempt first',
      description:
        'The outcome of every object seen so far: the quarantine (`outcome=invalid`), objects that were gone when they were read (`missing`), and all others. New attempts come in at the front, so no object is on two pages.',
      example: '/api/ingestions?outcome=invalid&outcome=missing&limit=20',
      query: z.object({ ...ingestionFilter, limit: pageSize, after: cursorParameter(2).optional() }),
      shows: 'A page',
      schema: ingestionPage,
    },
    async ({ query: { limit, after, ...filter } }, c) => {
      const [micros, bucket = '', key = ''] = after ?? [];
      const position = micros === undefined ? undefined : { micros, bucket, key };
      const rows = await listObjects(database, toObjectFilter(filter), limit + 1, position);
      const { page, next } = nextPage(c, rows, limit, (row) => [row.micros, row.bucket, row.key]);
      const ingestions = page.map((row) => ({
        bucket: row.bucket,
        key: row.key,
        etag: row.etag,
        build_hashes: row.buildHashes,
        ...ingestionStateOf(row, config),
      }));
      return { ingestions, next };
    },
  );
}

const mostReasons = 100;

/** Counts at the same time, each of which may read the whole table: fewer than the connections to PostgreSQL. */
const mostCounts = 3;

type Counts = [Awaited<ReturnType<typeof countByOutcome>>, Awaited<ReturnType<typeof countByReason>>];

export function countIngestionsRoute({ database }: ApiDependencies): ApiRoute {
  // Counting all outcomes reads the whole table, so requests for the same within a second share the response.
  const takePlace = createPlaces(mostCounts);
  const counts = new LRUCache<string, Counts, ObjectFilter>({
    // More than can be in flight: one that is evicted meanwhile would fail.
    max: 200,
    ttl: 1_000,
    fetchMethod: async (_, __, { context: filter }) => {
      const release = takePlace('counts');
      if (!release) throw retryLater('Too many counts at the same time. Try again in a second.', 1);
      const [byOutcome, byReason] = [
        countByOutcome(database, filter),
        countByReason(database, filter, mostReasons),
      ];
      try {
        return await Promise.all([byOutcome, byReason]);
      } finally {
        await Promise.allSettled([byOutcome, byReason]);
        release();
      }
    },
  });
  return readRoute(
    {
      path: '/api/ingestions/counts',
      operationId: 'countIngestions',
      tag: 'Ingestions',
      summary: 'Numbers of S3 objects by outcome, and of failures by reason',
      example: '/api/ingestions/counts',
      query: z.object(ingestionFilter),
      shows: 'The counts',
      schema: ingestionCounts,
    },
    async ({ query }) => {
      const filter = toObjectFilter(query);
      const [byOutcome, reasons] = await counts.forceFetch(JSON.stringify(filter), { context: filter });
      return {
        total: Object.values(byOutcome).reduce((sum, count) => sum + count, 0),
        by_outcome: byOutcome,
        by_reason: reasons.map(({ lastAttemptAt, ...group }) => ({
          ...group,
          last_attempt_at: lastAttemptAt,
        })),
      };
    },
  );
}
