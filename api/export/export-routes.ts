import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import { z } from 'zod';
import type { Config } from '../../config/config.ts';
import { buildCount, buildFilter, filterQuery } from '../builds/filter/build-filter.ts';
import { bindingsOf, clientOf, createPlaces, tooManyAtOnce } from '../client-limit.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { type ApiRoute, apiRoute } from '../openapi/api-route.ts';
import {
  type ApiResponse,
  addressTooLong,
  badRequest,
  HttpProblem,
  retryLater,
  unavailable,
} from '../openapi/http-problem.ts';
import { checkSearch } from '../search/check-search.ts';
import { readRequest } from '../search/read-request.ts';
import { isObject, type RequestObject } from '../search/search-walk.ts';
import { defaultSortOrder, type SortOrder, sortOrders } from '../searchkit/searchable-fields.ts';
import { pointInTimePages } from './point-in-time.ts';
import { columns, rowFormats } from './row-formats.ts';
import { rowStream } from './row-stream.ts';

/** Milliseconds that a client may take for some rows before it is cut off. */
const stallLimit = 10_000;

const formats = ['ndjson', 'csv'] as const;
type Format = (typeof formats)[number];

const output = {
  format: z
    .enum(formats, 'must be ndjson or csv')
    .optional()
    .describe('By default from the Accept header (`text/csv` or `application/x-ndjson`), or else ndjson'),
  limit: buildCount.optional().describe('Maximum number of builds; all by default'),
};

const orders = Object.keys(sortOrders) as [SortOrder, ...SortOrder[]];

const description = `Every build that the search matches, however many, as of the start of the export. The response is streamed as fast as the client reads. **If the export fails midway, the connection is closed** (curl exits with status 18), so a response that ends normally is complete.

NDJSON has one build per line. CSV has a header and then one build per line, with the columns ${columns.map((name) => `\`${name}\``).join(', ')}; text that a spreadsheet would run as a formula is prefixed with an apostrophe.`;

const responses: Record<number, ApiResponse> = {
  200: {
    description: 'The builds',
    content: { 'application/x-ndjson': z.string(), 'text/csv': z.string() },
    headers: {
      'X-Total-Count': 'Number of builds that the search matches',
      'Content-Disposition': 'A name for the file',
    },
  },
  400: badRequest,
  431: addressTooLong,
  503: unavailable,
};

export function exportRoutes(dependencies: ApiDependencies): ApiRoute[] {
  const { config, logger, exportsInFlight = 4, exportPageSize = 500 } = dependencies;
  const mostPerClient = Math.ceil(exportsInFlight / 2);
  const [takePlace, takePlaceOf] = [createPlaces(exportsInFlight), createPlaces(mostPerClient)];
  return [
    apiRoute(
      {
        method: 'get',
        path: '/api/export',
        operationId: 'exportBuilds',
        tag: 'Builds',
        summary: 'All builds that match a filter, as NDJSON or CSV',
        description,
        example: '/api/export?product=firefox&channel=release&locale=en-US&format=csv&limit=100',
        query: z.object({
          ...buildFilter,
          sort: z
            .enum(orders, `must be one of ${orders.join(', ')}`)
            .default(defaultSortOrder)
            .describe('Order'),
          ...output,
        }),
        responses,
      },
      (c, { query: { format, limit, sort, ...filter } }) => {
        const { field, order } = sortOrders[sort];
        const request = { query: filterQuery(filter), sort: [{ [field]: { order } }] };
        return sendExport(c, request, { format, limit });
      },
    ),
    apiRoute(
      {
        method: 'post',
        path: '/api/export',
        operationId: 'exportSearch',
        tag: 'Builds',
        summary: 'All builds that match a search, as NDJSON or CSV',
        description: `The body is that of \`/api/search\`. Members about one page (\`from\`, \`size\`) or beside the hits (\`aggs\`, \`highlight\`, ...) are ignored. Without \`sort\` the builds come in no order, which is fastest.\n\n${description}`,
        query: z.object(output),
        body: {
          description: 'A search, see `/api/search`',
          schema: z.looseObject({ query: z.unknown().optional(), sort: z.unknown().optional() }),
          example: { query: { term: { 'target.channel': 'nightly' } } },
        },
        responses,
      },
      async (c, { query }) => sendExport(c, await readRequest(c.req.raw), query),
    ),
  ];

  async function sendExport(
    c: Context,
    request: unknown,
    asked: { format?: Format | undefined; limit?: number | undefined },
  ): Promise<Response> {
    const search = toExportSearch(request, config);
    const format = rowFormats[asked.format ?? acceptedFormat(c)];
    const stop = new AbortController();
    const releaseClient = takePlaceOf(clientOf(c, config.TRUSTED_PROXIES));
    if (releaseClient === undefined) return tooManyAtOnce(`${mostPerClient} exports`, 60);
    const release = takePlace('all clients');
    const onEnd = () => {
      stop.abort();
      release?.();
      releaseClient();
    };
    if (release === undefined) {
      onEnd();
      throw retryLater('Too many exports at the same time. Try again in a minute.', 60);
    }
    c.req.raw.signal.addEventListener('abort', onEnd, { once: true });
    const { limit = Number.POSITIVE_INFINITY } = asked;
    const pages = pointInTimePages(dependencies, search, Math.min(exportPageSize, limit), stop.signal);
    try {
      // The response has not begun, so an error in the search can still be reported.
      const { value: first } = await pages.next();
      if (!first) throw new TypeError('There is always a first page');
      const onCutOff = () => bindingsOf(c).incoming?.socket.resetAndDestroy();
      const stream = rowStream(first, pages, { format, limit, stallLimit, logger, onEnd, onCutOff });
      // The response to HEAD has no body that would be read to its end.
      if (c.req.method === 'HEAD') await stream.cancel();
      return new Response(c.req.method === 'HEAD' ? null : stream, {
        headers: {
          'Content-Type': format.contentType,
          'Content-Disposition': `attachment; filename="${fileName(new Date())}.${format.extension}"`,
          'X-Total-Count': String(first.total),
          'Cache-Control': 'no-store',
          Vary: 'Accept',
        },
      });
    } catch (error) {
      onEnd();
      throw error;
    }
  }
}

function acceptedFormat(c: Context): Format {
  const supports = ['application/x-ndjson', 'text/csv'];
  const type = accepts(c, { header: 'Accept', supports, default: 'application/x-ndjson' });
  return type === 'text/csv' ? 'csv' : 'ndjson';
}

/** `buildhub-20260131T120000Z` */
function fileName(now: Date): string {
  return `buildhub-${now.toISOString().replace(/[-:]|\.\d+/g, '')}`;
}

/** What is about one page of hits or stands beside them: an export has all hits, and nothing else. */
const leftOut = [
  ...['from', 'size', 'search_after', 'track_total_hits', 'aggs', 'aggregations', 'highlight', 'suggest'],
  ...['explain', 'profile', 'version', 'seq_no_primary_term', 'track_scores', 'stored_fields'],
  ...['docvalue_fields', 'indices_boost', 'timeout'],
];

/** What would change which builds there are, and has no meaning for all of them in the order of a cursor. */
const refused = ['collapse', 'rescore', 'terminate_after'];

/**
 * The search that an export pages through, from the body of a search as `/api/search` takes it. It goes through the
 * same border, so nothing can be exported that could not be searched.
 *
 * @param request JSON of any kind
 * @throws {HttpProblem} for what an export cannot do, and for what the border does not let through
 */
export function toExportSearch(request: unknown, config: Config): RequestObject {
  const members = isObject(request) ? Object.entries(request) : [];
  const found = members.flatMap(([name]) => (refused.includes(name) ? [`\`${name}\``] : []));
  if (found.length > 0) {
    throw new HttpProblem(
      400,
      `An export has every build that the search finds: take ${found.join(' and ')} out`,
    );
  }
  const kept = Object.fromEntries(members.filter(([name]) => !leftOut.includes(name)));
  const { body } = checkSearch(isObject(request) ? kept : request, config);
  const { track_total_hits: _counted, ...search } = body;
  const sort = [search.sort ?? []].flat().flatMap(withoutFormats);
  // Without an order of its own, the cheapest: as the builds lie in the index.
  return { ...search, sort: sort.length > 0 ? sort : ['_shard_doc'] };
}

/** A sort without the formats of its values: they are only the place to continue from, which a format would round. */
function withoutFormats(order: unknown): unknown[] {
  if (!isObject(order)) return [order];
  return Object.entries(order).map(([name, options]) => {
    if (!isObject(options)) return { [name]: options };
    const { format: _, ...others } = options;
    return { [name]: others };
  });
}
