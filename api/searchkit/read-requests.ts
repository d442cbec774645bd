import { z } from 'zod';
import { shorten } from '../../schema/shorten.ts';
import { refuse } from '../search/search-refusal.ts';
import { numberOf } from '../search/search-walk.ts';
import { dateFields, facetFields, sortOrderOf } from './searchable-fields.ts';

/** Limits of one body. Each is far above what the search page sends. */
export const searchkitLimits = {
  requests: 20,
  queryLength: 2_000,
  facetQueryLength: 100,
  hitsPerPage: 200,
  valuesPerFacet: 1_000,
  /** Chosen values in one request, altogether. */
  facetValues: 500,
  facetValueLength: 1_000,
  ranges: 40,
  /** Bytes of all results, by an estimate of 4 kB for a hit and 64 for a value of a facet. */
  resultBytes: 8_388_608,
  /** index.max_result_window of Elasticsearch. */
  resultWindow: 10_000,
} as const;

const everyFacet = [...facetFields, ...dateFields] as const;
const noFacet = {
  error: ({ input }: { input?: unknown }) =>
    // Not the JSON of other values: writing deep ones overflows the stack.
    `there is no facet ${typeof input === 'string' ? JSON.stringify(shorten(input)) : `of type ${typeof input}`}. There are: ${everyFacet.join(', ')}`,
};
const facetField = z.enum(facetFields, noFacet);

/**
 * A value of a facet, as InstantSearch writes it: `field:value`. It escapes a minus in front of a value, which would
 * exclude the value.
 */
const facetValue = z.preprocess(
  (input) => (typeof input === 'string' ? /^(?<field>[^:]*):(?<value>.*)$/s.exec(input)?.groups : undefined),
  z.object(
    {
      field: facetField,
      value: z
        .string()
        .max(searchkitLimits.facetValueLength)
        .regex(/^(?!-)/, 'a value cannot be excluded; before a value that starts with a minus write \\')
        .transform((value) => value.replace(/^\\-/, '-')),
    },
    'must be a list of "field:value" or of lists of them',
  ),
);

export type FacetValue = z.output<typeof facetValue>;

/** A bound of a date, in milliseconds since 1970. */
const rangeFilter = z.preprocess(
  (input) =>
    typeof input === 'string'
      ? /^(?<field>[a-z.]+)\s*(?<operator>[<>]?=|[<>])\s*(?<value>-?\d{1,16})$/.exec(input)?.groups
      : undefined,
  z.object(
    {
      field: z.enum(dateFields, `must be a condition on ${dateFields.join(' or ')}`),
      operator: z.enum(['<', '<=', '=', '>=', '>']),
      value: z.coerce.number(),
    },
    'must be a list of conditions such as "download.date>=1559000000000"',
  ),
);

export type RangeFilter = z.output<typeof rangeFilter>;

/** A list, of which InstantSearch may leave out the brackets around one item, or everything. */
function list<Item extends z.ZodType>(item: Item, most: number) {
  return z.preprocess((value) => [value ?? []].flat(), z.array(item).max(most));
}

const count = z.preprocess(
  (value) => (JSON.isRawJSON(value) ? numberOf(value) : value),
  z.number().transform(Math.floor),
);
const bodies = z
  .array(
    z.object({
      indexName: z.string().max(200),
      params: z.preprocess(
        (params) => (params === undefined ? {} : params),
        z.object({
          query: z.string().max(searchkitLimits.queryLength).nullish(),
          page: count.nullish(),
          hitsPerPage: count.nullish(),
          maxValuesPerFacet: count.nullish(),
          maxFacetHits: count.nullish(),
          facets: list(z.enum([...everyFacet, '*'], noFacet), 50),
          facetFilters: list(
            list(facetValue, searchkitLimits.facetValues),
            searchkitLimits.facetValues,
          ).refine(
            (lists) => lists.flat().length <= searchkitLimits.facetValues,
            `must have up to ${searchkitLimits.facetValues} values`,
          ),
          numericFilters: list(rangeFilter, searchkitLimits.ranges),
          facetName: facetField.nullish(),
          facetQuery: z.string().max(searchkitLimits.facetQueryLength).nullish(),
        }),
      ),
    }),
  )
  .min(1)
  .max(searchkitLimits.requests);

/**
 * The searches of a body. What SearchKit would take from the browser unseen is pinned, clamped or left out
 * (`filters`, and every parameter that the search page does not use); what it would fail on is refused.
 *
 * @throws {HttpProblem} that says which request, which parameter and what is wrong
 */
export function readRequests(body: unknown): SearchRequest[] {
  const parsed = bodies.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refuse(`${place(issue?.path ?? [])}: ${issue?.message ?? 'not understood'}`);
  }
  const requests = parsed.data.map(readRequest);
  if (resultBytes(requests) > searchkitLimits.resultBytes)
    throw refuse('Too many hits and values of facets in one body: ask for fewer with `hitsPerPage`', 'limit');
  return requests;
}

export function resultBytes(requests: readonly SearchRequest[]): number {
  return requests.reduce(
    (sum, { hitsPerPage, facets, valuesPerFacet }) =>
      sum + 4_096 * hitsPerPage + 64 * facets.length * valuesPerFacet,
    0,
  );
}

/** One search of InstantSearch, with nothing in it but what is known and within the limits. */
export type SearchRequest = ReturnType<typeof readRequest>;

function readRequest({ indexName, params }: z.output<typeof bodies>[number]) {
  const { facetName, facets, maxFacetHits, maxValuesPerFacet } = params;
  const valuesPerFacet = (facetName ? maxFacetHits : undefined) ?? maxValuesPerFacet ?? 10;
  return {
    /** As the client wrote it; only its end counts, which names the order. */
    indexName,
    order: sortOrderOf(indexName),
    query: (params.query ?? '').toWellFormed(),
    ...readPage(params.page ?? 0, facetName ? 0 : (params.hitsPerPage ?? 30)),
    /** Fields whose values or bounds are wanted. */
    facets: facets.includes('*') ? everyFacet : [...new Set(facets)],
    valuesPerFacet: clamp(valuesPerFacet, 1, searchkitLimits.valuesPerFacet),
    /** Each inner list is ORed, the lists are ANDed. */
    facetFilters: params.facetFilters.filter((values) => values.length > 0),
    rangeFilters: params.numericFilters,
    /** Set where only values of one facet are wanted, and the text that they hold. */
    ...(facetName && { facetSearch: { field: facetName, text: params.facetQuery ?? '' } }),
  };
}

/** Which hits are wanted; if a page is too large, its first ones. */
function readPage(page: number, hitsPerPage: number): { page: number; hitsPerPage: number } {
  const size = clamp(hitsPerPage, 0, searchkitLimits.hitsPerPage);
  const samePlace = hitsPerPage > size ? Math.floor((page * hitsPerPage) / size) : page;
  return { page: clamp(samePlace, 0, searchkitLimits.resultWindow), hitsPerPage: size };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

function place([request, ...rest]: readonly PropertyKey[]): string {
  if (request === undefined) return 'The body';
  const parameter = rest.length > 0 ? `, ${rest.map(String).join('.')}` : '';
  return `Request ${Number(request) + 1}${parameter}`;
}
