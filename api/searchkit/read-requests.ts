import { z } from 'zod';
import { refuse } from '../search/search-refusal.ts';
import { readFacetFilters } from './read-facet-filters.ts';
import { type RangeFilter, readRangeFilters } from './read-range-filters.ts';
import {
  dateFields,
  type FacetField,
  facetFields,
  type SortOrder,
  sortOrderOf,
} from './searchable-fields.ts';

/** Limits of one body. Each is far above what the search page sends. */
export const searchkitLimits = {
  bodyBytes: 262_144,
  requests: 20,
  queryLength: 2_000,
  facetQueryLength: 100,
  hitsPerPage: 200,
  valuesPerFacet: 1_000,
  /** index.max_result_window of Elasticsearch. */
  resultWindow: 10_000,
} as const;

/** One search of InstantSearch, with nothing in it but what is known and within the limits. */
export interface SearchRequest {
  /** As the client wrote it; only its end counts, which names the order. */
  readonly indexName: string;
  readonly order: SortOrder;
  readonly query: string;
  readonly page: number;
  readonly hitsPerPage: number;
  /** Fields whose values or bounds are wanted. */
  readonly facets: readonly string[];
  readonly valuesPerFacet: number;
  /** Each inner list is ORed, the lists are ANDed. */
  readonly facetFilters: readonly (readonly FacetValue[])[];
  readonly rangeFilters: readonly RangeFilter[];
  /** Set where only values of one facet are wanted, and the text that they hold. */
  readonly facetSearch?: { readonly field: FacetField; readonly text: string };
}

export interface FacetValue {
  readonly field: FacetField;
  readonly value: string;
}

const count = z.number().transform(Math.floor);
const params = z.object({
  query: z.string().max(searchkitLimits.queryLength).nullish(),
  page: count.nullish(),
  hitsPerPage: count.nullish(),
  maxValuesPerFacet: count.nullish(),
  maxFacetHits: count.nullish(),
  facets: z.union([z.string().max(100), z.array(z.string().max(100)).max(50)]).nullish(),
  facetFilters: z.unknown().optional(),
  numericFilters: z.unknown().optional(),
  facetName: z.string().max(100).nullish(),
  facetQuery: z.string().max(searchkitLimits.facetQueryLength).nullish(),
});
const bodies = z
  .array(z.object({ indexName: z.string().max(200), params: params.optional() }))
  .min(1)
  .max(searchkitLimits.requests);

/**
 * The searches of a body. What SearchKit would take from the browser unseen is pinned, clamped or left out
 * (`filters`, and every parameter that the search page does not use); what it would fail on is refused.
 *
 * @throws {SearchRefusal} that says which request, which parameter and what is wrong
 */
export function readRequests(body: unknown): SearchRequest[] {
  const parsed = bodies.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refuse(`${place(issue?.path ?? [])}: ${issue?.message ?? 'not understood'}`);
  }
  return parsed.data.map((request, index) => {
    try {
      return readRequest(request);
    } catch (error) {
      if (error instanceof TypeError) throw refuse(`${place([index, 'params'])}: ${error.message}`);
      throw error;
    }
  });
}

function readRequest({ indexName, params = {} }: z.infer<typeof bodies>[number]): SearchRequest {
  const facetSearch = params.facetName
    ? { field: knownFacet(params.facetName), text: params.facetQuery ?? '' }
    : undefined;
  const valuesPerFacet = facetSearch
    ? (params.maxFacetHits ?? params.maxValuesPerFacet)
    : params.maxValuesPerFacet;
  return {
    indexName,
    order: sortOrderOf(indexName),
    query: (params.query ?? '').toWellFormed(),
    ...readPage(params.page ?? 0, facetSearch ? 0 : (params.hitsPerPage ?? 30)),
    facets: readFacets(params.facets ?? []),
    valuesPerFacet: clamp(valuesPerFacet ?? 10, 1, searchkitLimits.valuesPerFacet),
    facetFilters: readFacetFilters(params.facetFilters, knownFacet),
    rangeFilters: readRangeFilters(params.numericFilters),
    ...(facetSearch && { facetSearch }),
  };
}

/** Which hits are wanted; of a page that is too large, as much as fits of what begins where it does. */
function readPage(page: number, hitsPerPage: number): { page: number; hitsPerPage: number } {
  const size = clamp(hitsPerPage, 0, searchkitLimits.hitsPerPage);
  const samePlace = hitsPerPage > size ? Math.floor((page * hitsPerPage) / size) : page;
  return { page: clamp(samePlace, 0, searchkitLimits.resultWindow), hitsPerPage: size };
}

const knownFacets: readonly string[] = facetFields;
const everyFacet: readonly string[] = [...facetFields, ...dateFields];

function knownFacet(name: string): FacetField {
  if (knownFacets.includes(name)) return name as FacetField;
  throw new TypeError(`there is no facet ${JSON.stringify(name)}. There are: ${facetFields.join(', ')}`);
}

function readFacets(facets: string | string[]): string[] {
  const names = typeof facets === 'string' ? [facets] : facets;
  if (names.includes('*')) return [...everyFacet];
  const unknown = names.find((name) => !everyFacet.includes(name));
  if (unknown === undefined) return [...new Set(names)];
  throw new TypeError(`there is no facet ${JSON.stringify(unknown)}. There are: ${everyFacet.join(', ')}`);
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

function place(path: readonly PropertyKey[]): string {
  const [request, ...rest] = path;
  if (request === undefined) return 'The body';
  return [`Request ${Number(request) + 1}`, ...(rest.length > 0 ? [rest.map(String).join('.')] : [])].join(
    ', ',
  );
}
