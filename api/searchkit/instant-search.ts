import * as searchkitApi from '@searchkit/api';
import { type FacetValue, type RangeFilter, type SearchRequest, searchkitLimits } from './read-requests.ts';
import { facetFields, highlightedFields, sortOrders } from './searchable-fields.ts';
import { timelineAggregation } from './timeline.ts';
import { wordQuery } from './word-query.ts';

/** InstantSearch's parameters of a request, as SearchKit takes them. */
type InstantSearchRequest = searchkitApi.AlgoliaMultipleQueriesQuery;

// Its types describe the CommonJS module, where the function is one step further down than in the one that Node loads.
const createSearchkit = searchkitApi.default as unknown as typeof searchkitApi.default.default;

/** Marks around what matched: characters for private use, so that no value of a build is ever taken for one. */
export const highlightMarks = { start: '\uE000', end: '\uE001' } as const;

export function createInstantSearch(transporter: searchkitApi.Transporter) {
  return createSearchkit({
    connection: transporter,
    search_settings: {
      search_attributes: [],
      result_attributes: ['id', 'build', 'source', 'target', 'download'],
      highlight_attributes: highlightedFields,
      facet_attributes: facetFields.map((field) => ({
        attribute: field,
        field,
        type: 'string' as const,
        facetQuery: valuesOf,
        facetResponse: countsOf,
        filterQuery: (name: string, value: string) => ({ term: { [name]: decodeURIComponent(value) } }),
      })),
      // SearchKit makes no aggregation for a date; `prepareSearch` requests its bounds.
      filter_attributes: [],
      sorting: Object.fromEntries(
        Object.entries(sortOrders).map(([name, { field, order }]) => [
          name,
          // Equal dates need an order too, or a build could be on two pages or on none.
          [
            { field, order },
            { field: 'id', order },
          ],
        ]),
      ),
    },
  });
}

/** A request in the form that SearchKit cannot fail on. */
export function toInstantSearch(request: SearchRequest): InstantSearchRequest {
  const { facetSearch } = request;
  return {
    indexName: request.order,
    params: {
      query: request.query,
      page: request.page,
      hitsPerPage: request.hitsPerPage,
      maxValuesPerFacet: request.valuesPerFacet,
      facets: [...request.facets],
      // A value may hold anything; SearchKit reads it with a pattern that stops at the end of a line.
      facetFilters: request.facetFilters.map((values) => values.map(encodeFilter)),
      ...(facetSearch && { facetName: facetSearch.field, facetQuery: escapePattern(facetSearch.text) }),
    },
  } as InstantSearchRequest;
}

/** The query of a search text; SearchKit calls this twice. */
export function getQuery(text: string) {
  const query = wordQuery(text) ?? { match_all: {} };
  return query as searchkitApi.ElasticsearchQuery;
}

function encodeFilter({ field, value }: FacetValue): string {
  return `${field}:${encodeURIComponent(value.toWellFormed())}`;
}

function valuesOf(field: string, size: number, search: string) {
  if (search !== '') return { terms: { field, size, include: facetValuePattern(search) } };
  if (field !== 'target.version') return { terms: { field, size } };
  // The newest versions, not those with the most builds, are what a person is after.
  const order = { newest: 'desc' as const };
  return { terms: { field, size, order }, aggs: { newest: { max: { field: 'download.date' } } } };
}

function countsOf({ buckets }: { buckets: readonly { key: string; doc_count: number }[] }) {
  return Object.fromEntries(buckets.map(({ key, doc_count }) => [key, doc_count]));
}

/**
 * A text so escaped that every character stands for itself in regular expressions of both JavaScript, which SearchKit
 * makes of it, and Lucene.
 */
export function escapePattern(text: string): string {
  return text.replace(/[^A-Za-z0-9\s\u0080-\uffff]/g, '\\$&');
}

/**
 * The regular expression of Lucene for values that hold a text, in capitals or not.
 *
 * @param escaped what {@link escapePattern} gave
 */
export function facetValuePattern(escaped: string): string {
  const anyCase = escaped.replace(/\p{L}/gu, (letter) => {
    const cases = [...new Set([letter.toLowerCase(), letter.toUpperCase()])].filter(
      (one) => one.length === 1,
    );
    return cases.length > 1 ? `[${cases.join('')}]` : letter;
  });
  return `.*${anyCase}.*`;
}

type Body = searchkitApi.SearchRequest['body'];
type Query = NonNullable<Body['query']>;

/** Name of the aggregation that is removed from the response before SearchKit sees it. */
export const timelineName = 'timeline';

/**
 * The search as Elasticsearch gets it: SearchKit's, with a total that is exact, ranges of dates, marks that no value
 * can hold, no hit beyond the window that Elasticsearch pages through, and the builds over time beside the hits.
 */
export function prepareSearch(request: SearchRequest, body: Body): Body {
  const { knn: _knn, rank: _rank, ...plain } = body as Body & { rank?: unknown };
  const query = withRanges(body.query, request.rangeFilters);
  const from = request.page * request.hitsPerPage;
  const size = Math.max(0, Math.min(request.hitsPerPage, searchkitLimits.resultWindow - from));
  const prepared: Body = { ...plain, query, track_total_hits: true, size, from: size === 0 ? 0 : from };
  if (!wantsHits(request)) {
    const { highlight: _highlight, sort: _sort, ...counted } = prepared;
    return counted;
  }
  return {
    ...prepared,
    highlight: {
      ...prepared.highlight,
      fields: prepared.highlight?.fields ?? {},
      pre_tags: [highlightMarks.start],
      post_tags: [highlightMarks.end],
      // What was typed is marked, not what was chosen beside it.
      highlight_query: wordsOf(query),
    },
    aggs: {
      ...prepared.aggs,
      [timelineName]: timelineAggregation(sortOrders[request.order].field, request.rangeFilters),
    },
  };
}

/** Whether this is the request for the page of hits, not one of those that only count a facet's values. */
export function wantsHits(request: SearchRequest): boolean {
  return request.hitsPerPage > 0;
}

function withRanges(query: Query | undefined, ranges: readonly RangeFilter[]): Query {
  const clauses: Query[] = ranges.map(({ field, operator, value }) => ({
    range: { [field]: { ...boundOf(operator, value), format: 'epoch_millis' } },
  }));
  const filter = query?.bool?.filter ?? [];
  return { bool: { ...query?.bool, filter: [...(Array.isArray(filter) ? filter : [filter]), ...clauses] } };
}

function wordsOf(query: Query): Query {
  const must = query.bool?.must;
  return (Array.isArray(must) ? must[0] : must) ?? { match_none: {} };
}

function boundOf(operator: RangeFilter['operator'], value: number) {
  if (operator === '=') return { gte: value, lte: value };
  const name = { '<': 'lt', '<=': 'lte', '>=': 'gte', '>': 'gt' } as const;
  return { [name[operator]]: value };
}
