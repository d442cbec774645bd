import * as searchkitApi from '@searchkit/api';
import { escapePattern, facetValuePattern } from './facet-value-pattern.ts';
import type { FacetValue, SearchRequest } from './read-requests.ts';
import { facetFields, highlightedFields, sortOrders } from './searchable-fields.ts';
import { wordQuery } from './word-query.ts';

/** InstantSearch's parameters of a request, as SearchKit takes them. */
type InstantSearchRequest = searchkitApi.AlgoliaMultipleQueriesQuery;

// Its types describe the CommonJS module, where the function is one step further down than in the one that Node loads.
const createSearchkit = searchkitApi.default as unknown as typeof searchkitApi.default.default;

/** Marks around what matched: characters for private use, so that no value of a build is ever taken for one. */
export const highlightMarks = { start: '\uE000', end: '\uE001' } as const;

/** SearchKit, set up for builds, over a way to reach Elasticsearch. */
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
      // A date makes no aggregation by itself, so its bounds are asked for in `prepareSearch`.
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
  return {
    terms: {
      field,
      size,
      ...(search !== '' && { include: facetValuePattern(search) }),
      // The newest versions, not those with the most builds, are what a person is after.
      ...(field === 'target.version' && search === '' && { order: { newest: 'desc' as const } }),
    },
    ...(field === 'target.version' &&
      search === '' && { aggs: { newest: { max: { field: 'download.date' } } } }),
  };
}

function countsOf({ buckets }: { buckets: readonly { key: string; doc_count: number }[] }) {
  return Object.fromEntries(buckets.map(({ key, doc_count }) => [key, doc_count]));
}
