import { z } from 'zod';
import { query as checkQuery } from '../search/allowed-queries.ts';
import { refuse } from '../search/search-refusal.ts';
import { SearchWalk } from '../search/search-walk.ts';
import {
  type DateField,
  dateFields,
  type FacetField,
  facetFields,
  type SortOrder,
  sortOrderOf,
} from './searchable-fields.ts';
import { wordQuery } from './word-query.ts';

/** Limits of one body. Each is far above what the search page sends. */
export const searchkitLimits = {
  requests: 20,
  queryLength: 2_000,
  facetQueryLength: 100,
  hitsPerPage: 200,
  valuesPerFacet: 1_000,
  /** Bytes of all results, by an estimate of 4 kB for a hit and 64 for a value of a facet. */
  resultBytes: 8_388_608,
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

/** A bound of a date, in milliseconds since 1970. */
export interface RangeFilter {
  readonly field: DateField;
  readonly operator: '<' | '<=' | '=' | '>=' | '>';
  readonly value: number;
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
  const requests = parsed.data.map((request, index) => {
    try {
      return readRequest(request);
    } catch (error) {
      if (error instanceof TypeError) throw refuse(`${place([index, 'params'])}: ${error.message}`);
      throw error;
    }
  });
  if (resultBytes(requests) > searchkitLimits.resultBytes)
    throw refuse('Too many hits and values of facets in one body: ask for fewer with `hitsPerPage`', 'limit');
  return requests;
}

/** Bytes that the results may take, by an estimate. */
export function resultBytes(requests: readonly SearchRequest[]): number {
  return requests.reduce(
    (sum, { hitsPerPage, facets, valuesPerFacet }) =>
      sum + 4_096 * hitsPerPage + 64 * facets.length * valuesPerFacet,
    0,
  );
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
    query: searchText(params.query ?? ''),
    ...readPage(params.page ?? 0, facetSearch ? 0 : (params.hitsPerPage ?? 30)),
    facets: readFacets(params.facets ?? []),
    valuesPerFacet: clamp(valuesPerFacet ?? 10, 1, searchkitLimits.valuesPerFacet),
    facetFilters: readFacetFilters(params.facetFilters, knownFacet),
    rangeFilters: readRangeFilters(params.numericFilters),
    ...(facetSearch && { facetSearch }),
  };
}

/** @throws {SearchRefusal} for one with more wildcards or regular expressions than a search may have */
function searchText(written: string): string {
  const text = written.toWellFormed();
  const query = wordQuery(text);
  if (query !== undefined) checkQuery(query, new SearchWalk(''));
  return text;
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

/** Chosen values in one request, altogether. */
const mostValues = 500;
const longestValue = 1_000;

/**
 * `facetFilters` of InstantSearch: `["field:value", ["field:one", "field:other"]]`, the inner lists ORed, the outer
 * one ANDed. Empty lists say nothing and are left out. A minus in front of a value is escaped by InstantSearch.
 *
 * @param knownFacet returns a field's name, and throws for one that is no facet
 * @throws {TypeError} for any other form
 */
function readFacetFilters(
  filters: unknown,
  knownFacet: (name: string) => FacetValue['field'],
): FacetValue[][] {
  if (filters === undefined || filters === null) return [];
  const outer = typeof filters === 'string' ? [filters] : filters;
  if (!Array.isArray(outer)) throw new TypeError(wrongFacetFilters(filters));
  const lists = outer.map((inner: unknown) => (Array.isArray(inner) ? inner : [inner]));
  if (lists.reduce((sum, list) => sum + list.length, 0) > mostValues) {
    throw new TypeError(`facetFilters holds more than ${mostValues} values`);
  }
  return lists
    .filter((list) => list.length > 0)
    .map((list) => list.map((filter) => readFacetFilter(filter, knownFacet)));
}

function readFacetFilter(filter: unknown, knownFacet: (name: string) => FacetValue['field']): FacetValue {
  if (typeof filter !== 'string') throw new TypeError(wrongFacetFilters(filter));
  const colon = filter.indexOf(':');
  if (colon === -1) throw new TypeError(wrongFacetFilters(filter));
  const field = knownFacet(filter.slice(0, colon));
  const value = filter.slice(colon + 1);
  if (value.length > longestValue) throw new TypeError(`a value of ${field} is longer than ${longestValue}`);
  if (value.startsWith('-')) {
    throw new TypeError(
      `values cannot be excluded; for a value that starts with a minus write ${field}:\\-…`,
    );
  }
  return { field, value: value.startsWith('\\-') ? value.slice(1) : value };
}

function wrongFacetFilters(value: unknown): string {
  const shown = JSON.stringify(value)?.slice(0, 100) ?? String(value);
  return `facetFilters must be a list of "field:value" or of lists of them, not ${shown}`;
}

const mostRanges = 40;
const rangeForm = /^(build\.date|download\.date)\s*(<=|>=|<|>|=)\s*(-?\d{1,16})$/;

/**
 * `numericFilters` of InstantSearch: `["download.date>=1559000000000", "download.date<=1560000000000"]`.
 *
 * @throws {TypeError} for any other form
 */
function readRangeFilters(filters: unknown): RangeFilter[] {
  if (filters === undefined || filters === null) return [];
  const list = typeof filters === 'string' ? [filters] : filters;
  if (!Array.isArray(list)) throw new TypeError(wrongRange(filters));
  if (list.length > mostRanges)
    throw new TypeError(`numericFilters holds more than ${mostRanges} conditions`);
  return list.map((filter: unknown) => {
    const match = typeof filter === 'string' ? rangeForm.exec(filter) : null;
    const [, field, operator, value] = match ?? [];
    if (!field) throw new TypeError(wrongRange(filter));
    return {
      field: field as DateField,
      operator: operator as RangeFilter['operator'],
      value: Number(value),
    };
  });
}

function wrongRange(filter: unknown): string {
  const shown = JSON.stringify(filter)?.slice(0, 100) ?? String(filter);
  return `numericFilters must be a list of conditions such as "download.date>=1559000000000" on ${dateFields.join(' or ')}, not ${shown}`;
}
