import { z } from 'zod';
import { type JsonObject, type JsonValue, memberAt } from '../../schema/lossless-json.ts';
import { recordPath } from '../builds/addresses.ts';
import {
  type BuildFilter,
  buildCount,
  buildFilter,
  type FilterField,
  filterFields,
  filterQuery,
} from '../builds/filter/build-filter.ts';
import { type Hit, readBuckets, readHits, textOf } from '../builds/filter/read-hits.ts';
import { publishedBuild } from '../builds/record-schema.ts';
import { jsonResponse } from '../json-response.ts';
import { type ApiRoute, apiRoute } from '../openapi/api-route.ts';
import {
  addressTooLong,
  badRequest,
  HttpProblem,
  json,
  problemBody,
  unavailable,
} from '../openapi/http-problem.ts';
import { positionParameter, writePosition } from '../openapi/paging.ts';
import type { SearchBuilds } from '../search/send-search.ts';

/** There is a latest build for each combination of these. */
const dimensions = ['product', 'channel', 'platform', 'locale'] as const;

type Dimension = (typeof dimensions)[number];

/** Values of the open dimensions at which a page ended. */
const position = z.array(z.string()).min(1).max(dimensions.length);

const latestBuild = z
  .object({
    product: z.string(),
    channel: z.string(),
    platform: z.string(),
    locale: z.string(),
    id: z.string(),
    build: publishedBuild,
    url: z.string().describe('The build in this API, with its origin'),
  })
  .meta({ id: 'LatestBuild' });

export const latestBuilds = z
  .object({
    builds: z.array(latestBuild),
    next: z.string().nullable().describe('Address of the next page; null on the last'),
  })
  .meta({ id: 'LatestBuilds' });

const nothing = problemBody
  .extend({
    exists: z
      .record(z.string(), z.array(z.string()))
      .describe('For each parameter that could be another, the values that there are'),
  })
  .meta({ id: 'NothingLatest' });

export function latestRoute(search: SearchBuilds): ApiRoute {
  return apiRoute(
    {
      method: 'get',
      path: '/api/latest',
      operationId: 'getLatest',
      tag: 'Builds',
      summary: 'The newest builds',
      description:
        'The newest build, by `build.date`, of each combination of product, channel, platform and locale. With all four given there is one; for each that is left out, or given several times, there is one for each of its values. Every other parameter only narrows.',
      example: '/api/latest?product=firefox&channel=nightly&platform=linux-x86_64&locale=en-US',
      query: z.object({
        ...buildFilter,
        limit: buildCount.max(1000, 'must be up to 1000').default(100).describe('Builds per page'),
        after: positionParameter(position).optional(),
      }),
      responses: {
        200: json('The builds, in the order of product, channel, platform, locale', latestBuilds, {
          ETag: 'Changes with the builds',
          'Cache-Control': 'A minute',
        }),
        304: { description: 'Not modified since the ETag in If-None-Match' },
        400: badRequest,
        404: json('No build matches; the body lists the values that exist', nothing),
        431: addressTooLong,
        503: unavailable,
      },
    },
    async (c, { query: { limit, after, ...filter } }) => {
      const open = openDimensions(filter);
      if (after && after.length !== open.length) {
        throw new HttpProblem(400, `\`after\` belongs to another request: follow \`next\` as it was`);
      }
      const { signal } = c.req.raw;
      const runSearch = (body: Readonly<Record<string, unknown>>) => search(body, signal);
      const found = await findLatest(runSearch, filter, limit, after);
      if (found.hits.length === 0 && after === undefined)
        throw nothingLatest(filter, await findAlternatives(runSearch, filter));
      const next = new URL(c.req.url);
      if (found.after) next.searchParams.set('after', writePosition(found.after));
      const body = {
        builds: found.hits.map(latestBuildBody),
        next: found.after ? next.pathname + next.search : null,
      };
      return jsonResponse(body, 200, { 'Cache-Control': 'public, max-age=60' });
    },
  );
}

function latestBuildBody({ id, build }: Hit) {
  const names = dimensions.map((name) => [name, textOf(build, filterFields[name])]);
  return { ...Object.fromEntries(names), id, build, url: recordPath(id) };
}

/** Values of one parameter that the message names; the response has more. */
const shown = 15;

function nothingLatest(filter: BuildFilter, exists: Alternatives): HttpProblem {
  const asked = Object.entries(filter)
    .filter(([, value]) => value !== undefined && value.length > 0)
    .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join(' or ') : value}`);
  const sentences = Object.entries(exists).map(([name, values]) => {
    const more = values.length > shown ? `, and ${values.length - shown} more` : '';
    return `Other values of ${name} that match: ${values.slice(0, shown).join(', ')}${more}.`;
  });
  const what = asked.length > 0 ? `No build has ${asked.join(', ')}.` : 'There are no builds yet.';
  return new HttpProblem(404, [what, ...sentences].join(' '), { details: { exists } });
}

/** Newest first, whatever is missing; builds of one id differ in when they were published. */
const newestFirst = [
  { 'build.date': { order: 'desc', missing: '_last' } },
  { 'build.id': { order: 'desc', missing: '_last' } },
  { 'download.date': { order: 'desc' } },
  { id: { order: 'desc' } },
];

/** The dimensions that a filter does not narrow to one value. */
function openDimensions(filter: BuildFilter): Dimension[] {
  return dimensions.filter((name) => filter[name]?.length !== 1);
}

type RunSearch = (body: Readonly<Record<string, unknown>>) => Promise<JsonObject>;

/**
 * The latest builds of a filter.
 *
 * @param limit combinations of open dimensions
 * @param after the values of the open dimensions at which the page before ended
 * @returns also where the next page continues, if there is one
 */
async function findLatest(
  runSearch: RunSearch,
  filter: BuildFilter,
  limit: number,
  after?: readonly string[],
): Promise<{ readonly hits: readonly Hit[]; readonly after?: readonly string[] }> {
  const query = filterQuery(filter);
  const open = openDimensions(filter);
  if (open.length === 0) return { hits: readHits(await runSearch({ size: 1, query, sort: newestFirst })) };
  const latest = {
    composite: {
      size: limit,
      sources: open.map((name) => ({ [name]: { terms: { field: filterFields[name] } } })),
      ...(after && { after: Object.fromEntries(open.map((name, at) => [name, after[at]])) }),
    },
    aggs: { newest: { top_hits: { size: 1, sort: newestFirst } } },
  };
  const response = await runSearch({ size: 0, query, aggs: { latest } });
  const buckets = readBuckets(response, 'latest');
  const hits = buckets.flatMap((bucket) => readHits(memberAt(bucket, 'newest') ?? null));
  const key = memberAt(response, 'aggregations', 'latest', 'after_key');
  if (buckets.length < limit || key === undefined) return { hits };
  return { hits, after: open.map((name) => String(memberAt(key, name))) };
}

type Alternatives = Partial<Record<FilterField, string[]>>;

const mostValues = 50;

/**
 * What could have been asked for: for each parameter the values that there are when all the others stay, else those that
 * there are at all.
 */
async function findAlternatives(runSearch: RunSearch, filter: BuildFilter): Promise<Alternatives> {
  const names = givenFields(filter);
  const aggs: Record<string, unknown> = {};
  for (const name of names) {
    const values = { terms: { field: filterFields[name], size: mostValues } };
    const { [name]: _, ...others } = filter;
    aggs[name] = { filter: filterQuery(others), aggs: { values } };
    aggs[`any_${name}`] = values;
  }
  const response = await runSearch({ size: 0, aggs });
  const valuesAt = (...path: string[]) => keysOf(readBuckets(response, ...path));
  const near = names.map((name) => [name, valuesAt(name, 'values')] as const);
  const any = names.map((name) => [name, valuesAt(`any_${name}`)] as const);
  const found = near.some(([, values]) => values.length > 0)
    ? near
    : // Several are wrong at once.
      any.filter(([name, values]) => !filter[name]?.some((value) => values.includes(value)));
  return Object.fromEntries(found.filter(([, values]) => values.length > 0));
}

function keysOf(buckets: readonly JsonValue[]): string[] {
  return buckets.map((bucket) => String(memberAt(bucket, 'key'))).sort();
}

function givenFields(filter: BuildFilter): FilterField[] {
  return (Object.keys(filterFields) as FilterField[]).filter((name) => filter[name]?.length);
}
