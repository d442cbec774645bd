import type { OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import type { Config } from '../../config/config.ts';
import { readVersion } from '../../config/version.ts';
import { buildSchema } from '../../schema/build-schema.ts';
import { type ApiRoute, apiRoute, type RouteDescription, toConfig } from './api-route.ts';
import { type ApiResponse, badRequest, json, unavailable } from './http-problem.ts';

const tags = [
  { name: 'Search', description: 'Buildhub2’s API: the query language of Elasticsearch 6' },
  { name: 'Builds', description: 'One or many builds, without a query language' },
  { name: 'Ingestions', description: 'The outcome of each buildhub.json' },
  {
    name: 'Operations',
    description: 'For operators: state, failures, backfills, reindexes. Changes require a token',
  },
  { name: 'Service', description: 'About this server' },
];

const description = `Mozilla’s build metadata: every build of Firefox, Thunderbird and other products.

Only requests that change something or read private data need a token. Errors have a JSON body: \`error\` says what is wrong, where, and what to do. Unknown parameters are rejected, so that a misspelled filter does not match everything.`;

/** The OpenAPI document of all routes of an app. It is written when it is first requested. */
export function openApiRoute(app: OpenAPIHono, { API_URL: publicUrl }: Pick<Config, 'API_URL'>): ApiRoute {
  for (const route of otherRoutes) app.openAPIRegistry.registerPath(toConfig(route));
  let text: string | undefined;
  const write = () => {
    const document = app.getOpenAPI31Document({
      openapi: '3.1.0',
      info: { title: 'Buildhub', version: readVersion().version, description },
      servers: [{ url: publicUrl.replace(/\/+$/, '') }],
      tags,
    });
    const { $schema: _, ...build } = buildSchema;
    const schemas = { ...document.components?.schemas, Build: build };
    return JSON.stringify({ ...document, components: { ...document.components, schemas } });
  };
  return apiRoute(
    {
      method: 'get',
      path: '/api/openapi.json',
      operationId: 'getOpenApi',
      tag: 'Service',
      summary: 'This document: OpenAPI 3.1',
      example: '/api/openapi.json',
      responses: {
        200: json('The document', z.looseObject({})),
        304: { description: 'Not modified' },
        400: badRequest,
      },
    },
    () => {
      text ??= write();
      return new Response(text, {
        headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache' },
      });
    },
  );
}

const searchResponse = z
  .looseObject({
    took: z.int().describe('Milliseconds'),
    timed_out: z.boolean(),
    _shards: z.looseObject({}),
    hits: z.looseObject({
      total: z.int().describe('The exact number of matching builds; -1 with `"track_total_hits": false`'),
      max_score: z.number().nullable(),
      hits: z.array(z.looseObject({})),
    }),
    aggregations: z.looseObject({}).optional(),
  })
  .meta({ id: 'SearchResponse' });

const searchError = z
  .looseObject({
    error: z.union([
      z.string(),
      z.looseObject({ type: z.string().optional(), reason: z.string().nullish() }),
    ]),
  })
  .meta({ id: 'SearchError', description: '`error` is a string, or an object as in Elasticsearch' });

const searchResponses: Record<number, ApiResponse> = {
  200: json('The matching builds', searchResponse),
  400: json('The search is not valid, not allowed or too large', searchError),
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

/** Routes with handlers of their own in `app.ts`: Buildhub2's, and those of the service. */
const otherRoutes: readonly RouteDescription[] = [
  {
    method: 'post',
    path: '/api/search',
    operationId: 'search',
    tag: 'Search',
    summary: 'Search with the query language of Elasticsearch 6',
    description:
      'The body is a search of Elasticsearch 6.7, whatever Content-Type it has: `query`, `post_filter`, `aggs`, `sort`, `_source`, `size` (up to 1000), `from`, `highlight`, `search_after` and the other members that Buildhub2 took. Scripts, other indexes and expensive searches are refused. To get all builds of a search, use `/api/export`.',
    body: { description: 'A search', schema: z.looseObject({}), example },
    responses: searchResponses,
  },
  {
    method: 'get',
    path: '/api/search',
    operationId: 'searchEverything',
    tag: 'Search',
    summary: 'Any ten builds',
    description: 'A GET has no body, so it matches everything; parameters are ignored.',
    example: '/api/search',
    responses: searchResponses,
  },
  {
    ...serviceRoute('/api/records', 'countRecords', 'The number of builds', {
      200: json('The exact count', z.object({ builds: z.object({ total: z.int() }) })),
      503: unavailable,
    }),
    tag: 'Search',
  },
  serviceRoute('/contribute.json', 'contribute', 'Links to source, documentation and bugs', {
    200: json('Links', z.looseObject({})),
  }),
  serviceRoute('/__version__', 'version', 'The version that is running', {
    200: json(
      'Dockerflow’s version object',
      z.object({ source: z.string(), version: z.string(), commit: z.string(), build: z.string() }),
    ),
  }),
  serviceRoute('/__heartbeat__', 'heartbeat', 'Health of the API and the services it needs', {
    200: json('Healthy', health),
    500: json('Unhealthy, see `details`', health),
  }),
  serviceRoute('/__lbheartbeat__', 'loadBalancerHeartbeat', 'Whether this process is running', {
    200: { description: 'It is running', content: { 'text/html': z.string() } },
    500: { description: 'It has to be restarted', content: { 'text/html': z.string() } },
  }),
  serviceRoute('/metrics', 'metrics', 'Metrics for Prometheus', {
    200: { description: 'The metrics', content: { 'text/plain': z.string() } },
  }),
];

function serviceRoute(
  path: string,
  operationId: string,
  summary: string,
  responses: RouteDescription['responses'],
): RouteDescription {
  return { method: 'get', path, operationId, tag: 'Service', summary, example: path, responses };
}
