import { z } from 'zod';
import { listBuildIndexes } from '../../elasticsearch/list-build-indexes.ts';
import { startDropIndexes, startReindex, startRollBack } from '../../temporal/start-reindex.ts';
import { writeJson } from '../builds/json-text.ts';
import { moment } from '../builds/record-schema.ts';
import { jsonTextResponse } from '../json/json-response.ts';
import { type ApiRoute, apiRoute } from '../openapi/api-route.ts';
import { HttpProblem, unavailable } from '../openapi/http-problem.ts';
import { concurrency, perSecond, text } from './body-members.ts';
import { operationProblem } from './operation-problem.ts';
import type { OperationsContext } from './operations-context.ts';
import { writingRoute } from './writing-route.ts';

export const indexList = z
  .object({
    alias: z.string(),
    indexes: z
      .array(
        z.object({
          name: z.string(),
          state: z
            .enum(['live', 'former', 'unfinished'])
            .describe('`former`: was live, and can be returned to; `unfinished`: left by a reindex'),
          documents: z.int(),
          bytes: z.int(),
          created_at: moment,
        }),
      )
      .describe('The oldest first'),
  })
  .meta({ id: 'IndexList' });

export type IndexList = z.output<typeof indexList>;

/** Indexes: which there are, a new one, back to a former one, and away with old ones. */
export function reindexRoutes(context: OperationsContext): ApiRoute[] {
  const { temporal, elasticsearch, config } = context;
  const { ELASTICSEARCH_INDEX: alias } = config;
  return [
    apiRoute(
      {
        method: 'get',
        path: '/api/operations/indexes',
        operationId: 'listIndexes',
        tag: 'Operations',
        summary: 'The index that is searched, former ones and unfinished ones',
        example: '/api/operations/indexes',
        responses: {
          200: { description: 'The indexes', content: { 'application/json': indexList } },
          503: unavailable,
        },
      },
      async () => {
        const found = await listBuildIndexes(elasticsearch, alias).catch((error) => {
          throw operationProblem(error);
        });
        const indexes = found.map(({ name, state, documents, bytes, createdAt }) => ({
          name,
          state,
          documents,
          bytes,
          created_at: createdAt,
        }));
        return jsonTextResponse(writeJson({ alias, indexes }), 200, { 'Cache-Control': 'no-store' });
      },
    ),
    writingRoute(
      context,
      {
        path: '/api/operations/reindexes',
        operationId: 'startReindex',
        summary: 'Build the index anew from PostgreSQL, beside the live one',
        description: 'Search and ingestion go on. The index before is kept.',
        action: 'reindex.start',
        body: z.object({
          per_second: perSecond
            .optional()
            .describe('Documents written per second at most, while the index is filled'),
          concurrency: concurrency.optional().describe('Ranges of rows written at the same time'),
          tolerated: z
            .int()
            .min(0)
            .optional()
            .describe('Builds that may be missing although they could be searched before'),
          segments: z
            .int()
            .min(1)
            .max(1_000)
            .optional()
            .describe('Merge the new index down to so many segments before it is searched'),
        }),
        example: { per_second: 2_000, who: 'me' },
      },
      async ({ per_second: rateLimit, concurrency, tolerated, segments }, operator) => {
        const input = {
          ...(concurrency && { concurrency }),
          ...(tolerated !== undefined && { tolerated }),
          ...(segments && { segments }),
          ...(rateLimit !== undefined && { rateLimit }),
        };
        const { workflowId } = await startReindex(temporal, config, input, operator);
        return { result: 'The reindex has begun', workflowId };
      },
    ),
    writingRoute(
      context,
      {
        path: '/api/operations/reindexes/roll-back',
        operationId: 'rollBackReindex',
        summary: 'Return to a former index',
        action: 'reindex.roll-back',
        body: z.object({
          index: text.optional().describe('The one that was live last, if none is named'),
          at_once: z.boolean().default(false).describe('Swap first and catch up then'),
        }),
        example: { who: 'me' },
      },
      async ({ index, at_once: isAtOnce }, operator) => {
        const input = { ...(index !== undefined && { index }), ...(isAtOnce && { isAtOnce }) };
        const { workflowId } = await startRollBack(temporal, config, input, operator);
        return { result: `Going back to ${index ?? 'the index that was live last'}`, workflowId };
      },
    ),
    writingRoute(
      context,
      {
        path: '/api/operations/indexes/drop',
        operationId: 'dropIndexes',
        summary: 'Delete indexes that are not live',
        action: 'reindex.drop',
        body: z.object({
          names: z.array(text).min(1).optional(),
          keep: z.int().min(0).optional().describe('In place of names: all but the newest former ones'),
        }),
        example: { names: ['buildhub2-000001'], who: 'me' },
      },
      async ({ names, keep }, operator) => {
        if ((names === undefined) === (keep === undefined))
          throw new HttpProblem(400, 'Give `names` or `keep`, one of the two');
        const input = names ? { names } : { keep: keep ?? 0 };
        const { workflowId } = await startDropIndexes(temporal, config, input, operator);
        return { result: 'Indexes are being deleted', workflowId };
      },
    ),
  ];
}
