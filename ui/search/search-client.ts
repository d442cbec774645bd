import type { SearchClient } from 'instantsearch.js';
import { ApiError, postJson } from '../api/ask-api.ts';
import { takeFirstResponse } from './first-search.ts';

interface Request {
  readonly indexName: string;
  readonly params?: { readonly query?: string; readonly hitsPerPage?: number };
}

async function send(requests: readonly Request[]): Promise<readonly unknown[]> {
  const response = await (takeFirstResponse(requests) ?? postJson('/api/searchkit', requests));
  return (response as { results: readonly unknown[] }).results;
}

/**
 * Sends InstantSearch's requests to the API. It caches nothing, since new builds arrive all the time.
 *
 * A failure becomes a result with the member `failure`, see `useFailure`. If the client threw, InstantSearch would return
 * to the previous state, so that neither the address nor a second try would have the search that failed.
 */
export const searchClient = {
  async search(requests: readonly Request[]) {
    try {
      return { results: await send(requests) };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return { results: requests.map((request) => ({ ...emptyResult(request), failure: error })) };
    }
  },
  searchForFacetValues: send,
} as unknown as SearchClient;

function emptyResult({ indexName, params }: Request) {
  return {
    index: indexName,
    query: params?.query ?? '',
    hits: [],
    facets: {},
    nbHits: 0,
    nbPages: 0,
    page: 0,
    hitsPerPage: params?.hitsPerPage ?? 0,
    processingTimeMS: 0,
    params: '',
    exhaustiveNbHits: true,
  };
}
