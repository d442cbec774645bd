import type { SearchRequest as ElasticsearchRequest } from '@searchkit/api';
import { HttpProblem } from '../openapi/http-problem.ts';
import { query as checkQuery } from '../search/allowed-queries.ts';
import { SearchWalk } from '../search/search-walk.ts';
import type { BuildResult } from './build-result.ts';
import {
  createInstantSearch,
  getQuery,
  prepareSearch,
  timelineName,
  toInstantSearch,
  wantsHits,
} from './instant-search.ts';
import { type MultiSearchContext, multiSearch } from './multi-search.ts';
import { type SearchRequest, searchkitLimits } from './read-requests.ts';
import { sortOrders } from './searchable-fields.ts';
import { lookUpWords, nearestSpellings, spellingWords } from './spelling.ts';
import { timeline } from './timeline.ts';
import { wordQuery } from './word-query.ts';

/**
 * Runs searches of InstantSearch through SearchKit.
 *
 * @returns InstantSearch's results, in the order of the requests
 * @throws {HttpProblem} see `multiSearch`; 400 also for texts that cost more than a search may
 */
export async function searchBuilds(
  context: MultiSearchContext,
  requests: readonly SearchRequest[],
): Promise<object[]> {
  checkTexts(requests);
  const additions: BuildResult[] = [];
  const instantSearch = createInstantSearch({ msearch: (searches) => multiSearch(context, searches) });
  const { results } = await instantSearch.handleRequest(requests.map(toInstantSearch), {
    getQuery,
    hooks: {
      beforeSearch: async (searches) =>
        zip(requests, searches).map(([request, search]) => ({
          ...search,
          body: prepareSearch(request, search.body),
        })),
      afterSearch: async (searches, responses) =>
        zip(zip(requests, searches), responses).map(([[request, search], response], at) => {
          if (!wantsHits(request)) return response;
          const { [timelineName]: histogram, ...aggregations } = response.aggregations ?? {};
          additions[at] = addition(request, search, histogram);
          return { ...response, aggregations };
        }),
    },
  });
  return await Promise.all(
    zip(requests, results as InstantSearchResult[]).map(async ([request, result], at) => {
      if (request.facetSearch) return result;
      const finished = { ...finish(result, request), ...additions[at] };
      if (!wantsHits(request) || result.nbHits !== 0) return finished;
      const [suggestion, isIndexEmpty] = await Promise.all([
        suggest(context, request),
        isIndexWithoutBuilds(context),
      ]);
      return { ...finished, ...(suggestion && { suggestion }), ...(isIndexEmpty && { isIndexEmpty }) };
    }),
  );
}

function zip<A, B>(some: readonly A[], others: readonly B[]): [A, B][] {
  return some.flatMap((one, at) => (at < others.length ? [[one, others[at] as B]] : []));
}

/** Holds the texts of all requests together, most of which share one, to the limits of a search. */
function checkTexts(requests: readonly SearchRequest[]): void {
  const texts = [...new Set(requests.map(({ query }) => query))];
  checkQuery({ bool: { must: texts.flatMap((text) => wordQuery(text) ?? []) } }, new SearchWalk(''));
}

/** The nearest spelling of a text that found nothing. It is searched for before it is offered. */
async function suggest(
  context: MultiSearchContext,
  request: SearchRequest,
): Promise<BuildResult['suggestion']> {
  const words = spellingWords(request.query);
  if (words.length === 0) return undefined;
  try {
    const texts = nearestSpellings(request.query, await lookUpWords(context, words));
    if (texts.length === 0) return undefined;
    const counts = texts.map((query) => ({ ...request, query, page: 0, hitsPerPage: 0, facets: [] }));
    const results = (await searchBuilds(context, counts)) as InstantSearchResult[];
    const at = results.findIndex(({ nbHits = 0 }) => nbHits > 0);
    return at === -1 ? undefined : { query: texts[at] ?? '', found: results[at]?.nbHits ?? 0 };
  } catch (error) {
    // The search itself has succeeded.
    if (error instanceof HttpProblem) return undefined;
    throw error;
  }
}

async function isIndexWithoutBuilds({ config, elasticsearch, signal }: MultiSearchContext): Promise<boolean> {
  const index = config.ELASTICSEARCH_INDEX;
  try {
    return (await elasticsearch.count({ index, terminate_after: 1 }, { signal })).count === 0;
  } catch {
    // The search itself has succeeded.
    return false;
  }
}

function addition(request: SearchRequest, search: ElasticsearchRequest, histogram: unknown): BuildResult {
  const { buckets = [] } = (histogram ?? {}) as { buckets?: { key: number; doc_count: number }[] };
  const overTime = timeline(sortOrders[request.order].field, buckets, request.rangeFilters);
  const { query, sort } = search.body as { query?: object; sort?: object };
  return {
    ...(overTime && { timeline: overTime }),
    search: { ...(query && { query }), ...(sort && { sort }) },
    reachableHits: searchkitLimits.resultWindow,
  };
}

interface InstantSearchResult {
  readonly nbHits?: number;
  readonly nbPages?: number;
  /** Advice on the order of facets, half of the size of a small result. */
  readonly renderingContent?: unknown;
}

/** InstantSearch gets the pages that can be reached, and the exact total. */
function finish({ nbPages = 0, renderingContent: _, ...rest }: InstantSearchResult, request: SearchRequest) {
  const reachable = Math.ceil(searchkitLimits.resultWindow / Math.max(request.hitsPerPage, 1));
  return { ...rest, index: request.indexName, nbPages: Math.min(nbPages, reachable) };
}
