import type { SearchClient } from 'instantsearch.js';
import { ApiError, postJson } from '../api/ask-api.ts';
import { takeFirstAnswer } from './first-search.ts';

interface Request {
  readonly indexName: string;
  readonly params?: { readonly query?: string; readonly hitsPerPage?: number };
}

async function ask(requests: readonly Request[]): Promise<readonly unknown[]> {
  const answer = await (takeFirstAnswer(requests) ?? postJson('/api/searchkit', requests));
  return (answer as { results: readonly unknown[] }).results;
}

/**
 * Sends InstantSearch's requests to the API, and keeps no answer: new builds arrive all the time.
 *
 * SearchKit's own client takes a failure for an empty answer and remembers it. One that throws makes InstantSearch go
 * back to the state before, so that the address never has the search that failed, and trying again asks for another.
 * So a failure is an answer that says so, see `useFailure`.
 */
export const searchClient = {
  async search(requests: readonly Request[]) {
    try {
      return { results: await ask(requests) };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return { results: requests.map((request) => ({ ...emptyResult(request), failure: error })) };
    }
  },
  searchForFacetValues: ask,
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
