import { HttpProblem } from '../openapi/http-problem.ts';
import { checkSearch, type SearchOptions } from '../search/check-search.ts';
import { isObject, type RequestObject } from '../search/search-walk.ts';

/** What is about one page of hits or stands beside them: an export has all hits, and nothing else. */
const leftOut = [
  ...['from', 'size', 'search_after', 'track_total_hits', 'aggs', 'aggregations', 'highlight', 'suggest'],
  ...['explain', 'profile', 'version', 'seq_no_primary_term', 'track_scores', 'stored_fields'],
  ...['docvalue_fields', 'indices_boost', 'timeout'],
];

/** What would change which builds there are, and has no meaning for all of them in the order of a cursor. */
const refused = ['collapse', 'rescore', 'terminate_after'];

/**
 * The search that an export pages through, from the body of a search as `/api/search` takes it. It goes through the
 * same border, so nothing can be exported that could not be searched.
 *
 * @param request JSON of any kind
 * @throws {HttpProblem} for what an export cannot do
 * @throws {SearchRefusal} for what the border does not let through
 */
export function toExportSearch(request: unknown, options: SearchOptions): RequestObject {
  const { body } = checkSearch(withoutPage(request), options);
  const { track_total_hits: _counted, ...search } = body;
  // Without an order of its own, the cheapest: as the builds lie in the index.
  return { ...search, sort: search.sort ?? ['_shard_doc'] };
}

function withoutPage(request: unknown): unknown {
  if (!isObject(request)) return request;
  const found = refused.filter((name) => Object.hasOwn(request, name));
  if (found.length > 0) {
    throw new HttpProblem(
      400,
      `An export has every build that the search finds: take ${found.map((name) => `\`${name}\``).join(' and ')} out`,
    );
  }
  return Object.fromEntries(Object.entries(request).filter(([name]) => !leftOut.includes(name)));
}
