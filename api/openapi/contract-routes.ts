import { z } from 'zod';
import type { ApiResponse, RouteDescription } from './api-route.ts';
import { unavailable } from './problem-schema.ts';

/** Elasticsearch’s answer, of which every search has a part. */
const searchAnswer = z
  .looseObject({
    took: z.int().describe('Milliseconds'),
    timed_out: z.boolean(),
    _shards: z.looseObject({}),
    hits: z.looseObject({
      total: z.int().describe('All builds that were found, exactly; -1 with `"track_total_hits": false`'),
      max_score: z.number().nullable(),
      hits: z.array(z.looseObject({})),
    }),
    aggregations: z.looseObject({}).optional(),
  })
  .meta({ id: 'SearchAnswer' });

const searchError = z
  .looseObject({
    error: z.union([
      z.string(),
      z.looseObject({ type: z.string().optional(), reason: z.string().nullish() }),
    ]),
  })
  .meta({ id: 'SearchError', description: '`error` is a text, or an object as Elasticsearch has it' });

const searchResponses: Record<number, ApiResponse> = {
  200: { description: 'What was found', content: { 'application/json': searchAnswer } },
  400: {
    description: 'The search is wrong, not allowed or too large',
    content: { 'application/json': searchError },
  },
  500: {
    description: 'The search took longer than ten seconds: ask for less. A page, as from Buildhub2',
    content: { 'text/html': z.string() },
  },
  503: unavailable,
};

const example = {
  size: 1,
  query: {
    bool: { must: [{ term: { 'source.product': 'firefox' } }, { term: { 'target.channel': 'nightly' } }] },
  },
  sort: [{ 'build.date': 'desc' }],
};

const health = z.looseObject({
  status: z.string(),
  checks: z.record(z.string(), z.string()),
  details: z.looseObject({}),
});

const text = { 'text/plain': z.string() };

/** The routes of Buildhub2, which are answered elsewhere; tests hold these descriptions to the answers. */
export const contractRoutes: readonly RouteDescription[] = [
  {
    method: 'post',
    path: '/api/search',
    operationId: 'search',
    tag: 'Search',
    summary: 'Search with the query language of Elasticsearch 6',
    description:
      'The body is a search of Elasticsearch 6.7, whatever Content-Type it has: `query`, `post_filter`, `aggs`, `sort`, `_source`, `size` (1000 at most), `from`, `highlight`, `search_after` and the other members that Buildhub2 took. Scripts, other indexes and what would take too much are refused. For all builds of a search see `/api/export`.',
    body: { description: 'A search', schema: z.looseObject({}), example },
    responses: searchResponses,
  },
  {
    method: 'get',
    path: '/api/search',
    operationId: 'searchEverything',
    tag: 'Search',
    summary: 'Any ten builds',
    description: 'A GET has no body, so it searches for everything; parameters are ignored, as ever.',
    example: '/api/search',
    responses: searchResponses,
  },
  {
    method: 'get',
    path: '/api/records',
    operationId: 'countRecords',
    tag: 'Search',
    summary: 'How many builds there are',
    example: '/api/records',
    responses: {
      200: {
        description: 'The count, exactly',
        content: { 'application/json': z.object({ builds: z.object({ total: z.int() }) }) },
      },
    },
  },
  {
    method: 'get',
    path: '/contribute.json',
    operationId: 'contribute',
    tag: 'Service',
    summary: 'Where source, documentation and bugs are',
    example: '/contribute.json',
    responses: { 200: { description: 'Links', content: { 'application/json': z.looseObject({}) } } },
  },
  {
    method: 'get',
    path: '/__version__',
    operationId: 'version',
    tag: 'Service',
    summary: 'Which code runs',
    example: '/__version__',
    responses: {
      200: {
        description: 'Dockerflow’s version object',
        content: {
          'application/json': z.object({
            source: z.string(),
            version: z.string(),
            commit: z.string(),
            build: z.string(),
          }),
        },
      },
      404: { description: 'Nobody knows', content: text },
    },
  },
  {
    method: 'get',
    path: '/__heartbeat__',
    operationId: 'heartbeat',
    tag: 'Service',
    summary: 'Whether everything that this needs is well',
    example: '/__heartbeat__',
    responses: {
      200: { description: 'All is well, or well enough', content: { 'application/json': health } },
      500: { description: 'Something is not, see `details`', content: { 'application/json': health } },
    },
  },
  {
    method: 'get',
    path: '/__lbheartbeat__',
    operationId: 'loadBalancerHeartbeat',
    tag: 'Service',
    summary: 'Whether this process is there',
    responses: { 200: { description: 'It is', content: { 'text/html': z.string() } } },
  },
  {
    method: 'get',
    path: '/metrics',
    operationId: 'metrics',
    tag: 'Service',
    summary: 'Metrics for Prometheus',
    example: '/metrics',
    responses: { 200: { description: 'The metrics', content: text } },
  },
];
