import { z } from 'zod';
import type { Database } from '../../drizzle/connect.ts';
import { countByOutcome, countByReason } from '../../drizzle/queries/count-objects.ts';
import type { ObjectFilter } from '../../drizzle/queries/object-conditions.ts';
import { writeJson } from '../builds/json-text.ts';
import { jsonTextResponse } from '../json/json-response.ts';
import { type ApiRoute, apiRoute } from '../openapi/api-route.ts';
import { badRequest, unavailable } from '../openapi/problem-schema.ts';
import { keepEachBriefly } from '../operations/keep-briefly.ts';
import { ingestionFilter, toObjectFilter } from './ingestion-filter.ts';
import { ingestionCounts } from './ingestion-schema.ts';

/** Groups that are told apart. */
const mostReasons = 100;

/** `/api/ingestions/counts`: how many objects came to what, and why those failed that did. */
export function countIngestionsRoute(database: Database): ApiRoute {
  // Of all outcomes it looks through the whole table: who asks for the same at the same time shares the answer.
  const count = keepEachBriefly(1_000, (filter: ObjectFilter) =>
    Promise.all([countByOutcome(database, filter), countByReason(database, filter, mostReasons)]),
  );
  return apiRoute(
    {
      method: 'get',
      path: '/api/ingestions/counts',
      operationId: 'countIngestions',
      tag: 'Ingestions',
      summary: 'How many S3 objects came to which outcome, and for which reasons',
      example: '/api/ingestions/counts',
      query: z.object(ingestionFilter),
      responses: {
        200: { description: 'The counts', content: { 'application/json': ingestionCounts } },
        400: badRequest,
        503: unavailable,
      },
    },
    async (_, { query }) => {
      const [byOutcome, reasons] = await count(toObjectFilter(query));
      const answer = {
        total: Object.values(byOutcome).reduce((sum, count) => sum + count, 0),
        by_outcome: byOutcome,
        by_reason: reasons.map(({ lastAttemptAt, ...group }) => ({
          ...group,
          last_attempt_at: lastAttemptAt,
        })),
      };
      return jsonTextResponse(writeJson(answer), 200, { 'Cache-Control': 'no-store' });
    },
  );
}
