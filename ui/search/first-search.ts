import type { IndexUiState } from 'instantsearch.js';
import { postJson } from '../api/ask-api.ts';
import { fromRefinement } from '../facets/date-range.ts';
import { allFacets, dateFacets, loadedValues } from '../facets/facets.ts';
import { indexName } from './sort-orders.ts';
import { defaultPageSize, fromAddress } from './url-state.ts';

let first: { readonly requests: string; readonly response: Promise<unknown> } | undefined;

/**
 * Requests what the page of an address will show, before the scripts that show it have loaded.
 *
 * @param address from `?` on
 */
export function startFirstSearch(address: string): void {
  const requests = firstRequests(fromAddress(address));
  const response = postJson('/api/searchkit', requests);
  // The caller that takes the response handles the failure.
  response.catch(() => undefined);
  first = { requests: JSON.stringify(requests), response };
}

/** The response to exactly these requests, once; undefined if others were sent, or none. */
export function takeFirstResponse(requests: readonly unknown[]): Promise<unknown> | undefined {
  const taken = first;
  first = undefined;
  return taken?.requests === JSON.stringify(requests) ? taken.response : undefined;
}

/**
 * Exactly what InstantSearch requests for a state of the page: the builds, and for each narrowed field the counts without
 * its own values. A browser test fails if InstantSearch requests anything else.
 */
function firstRequests(state: IndexUiState): object[] {
  const fields = [...allFacets, ...dateFacets].map(({ field }) => field).sort();
  const request = (params: object, without?: string) => {
    const facetFilters = facetFiltersOf(state, without);
    const numericFilters = numericFiltersOf(state, without);
    const all = {
      ...(facetFilters.length > 0 && { facetFilters }),
      ...(numericFilters.length > 0 && { numericFilters }),
      maxValuesPerFacet: loadedValues,
      query: state.query ?? '',
      ...params,
    };
    const byName = Object.entries(all).sort(([one], [other]) => (one < other ? -1 : 1));
    return { indexName: state.sortBy ?? indexName, params: Object.fromEntries(byName) };
  };
  const counts = { analytics: false, clickAnalytics: false, hitsPerPage: 0, page: 0 };
  return [
    request({
      facets: fields,
      hitsPerPage: state.hitsPerPage ?? defaultPageSize,
      page: (state.page ?? 1) - 1,
    }),
    ...fields
      .filter((field) => state.refinementList?.[field] || state.range?.[field])
      .map((field) => request({ ...counts, facets: field }, field)),
  ];
}

function facetFiltersOf({ refinementList = {} }: IndexUiState, without?: string): string[][] {
  return Object.keys(refinementList)
    .filter((field) => field !== without)
    .sort()
    .map((field) => (refinementList[field] ?? []).toSorted().map((value) => `${field}:${value}`));
}

function numericFiltersOf({ range }: IndexUiState, without?: string): string[] {
  return dateFacets.flatMap(({ field }) => {
    const { from, to } = field === without ? {} : fromRefinement(range?.[field]);
    return [
      ...(from === undefined ? [] : [`${field}>=${from}`]),
      ...(to === undefined ? [] : [`${field}<=${to}`]),
    ];
  });
}
