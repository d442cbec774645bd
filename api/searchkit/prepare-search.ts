import type { SearchRequest as ElasticsearchRequest } from '@searchkit/api';
import { highlightMarks } from './instant-search.ts';
import type { RangeFilter } from './read-range-filters.ts';
import { type SearchRequest, searchkitLimits } from './read-requests.ts';
import { sortOrders } from './searchable-fields.ts';
import { timelineAggregation } from './timeline.ts';

type Body = ElasticsearchRequest['body'];
type Query = NonNullable<Body['query']>;

/** Name of the aggregation that is taken out of the answer before SearchKit sees it. */
export const timelineName = 'timeline';

/**
 * The search as Elasticsearch gets it: SearchKit's, with a total that is exact, ranges of dates, marks that no value
 * can hold, no hit beyond the window that Elasticsearch pages through, and the builds over time beside the hits.
 */
export function prepareSearch(request: SearchRequest, body: Body): Body {
  const { knn: _knn, ...rest } = body as Body & { rank?: unknown };
  const { rank: _rank, ...plain } = rest;
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
