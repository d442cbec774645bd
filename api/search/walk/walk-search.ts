import type { JsonObject, JsonValue } from '../../../schema/json/json-value.ts';
import type { SearchVisitor } from './search-visitor.ts';
import { walkAggregations } from './walk-aggregations.ts';
import { walkQueries } from './walk-queries.ts';

/** Shows a visitor everything in a search that Elasticsearch gives a meaning to, outer before inner. */
export function walkSearch(body: JsonObject, visitor: SearchVisitor): void {
  visitor.search?.(body);
  walkHits(body, visitor);
  walkQueries(body.get('query'), visitor);
  // Elasticsearch 6 took the query of `post_filter` for one that scores.
  walkQueries(body.get('post_filter'), visitor);
  for (const rescore of objectsIn(body.get('rescore'))) {
    const query = rescore.get('query');
    if (query instanceof Map) walkQueries(query.get('rescore_query'), visitor);
  }
  walkAggregations(body.get('aggs'), visitor, (hits) => walkHits(hits, visitor));
  const suggest = body.get('suggest');
  if (suggest instanceof Map) {
    for (const [name, suggester] of suggest)
      if (suggester instanceof Map) visitor.suggester?.(name, suggester);
  }
  const collapse = body.get('collapse');
  if (collapse instanceof Map)
    for (const hits of objectsIn(collapse.get('inner_hits'))) walkHits(hits, visitor);
}

/** The options that say how hits are shown: of the search itself, of `top_hits`, of `inner_hits`. */
function walkHits(options: JsonObject, visitor: SearchVisitor): void {
  visitor.hits?.(options);
  const highlight = options.get('highlight');
  if (!(highlight instanceof Map)) return;
  walkQueries(highlight.get('highlight_query'), visitor);
  for (const fields of objectsIn(highlight.get('fields'))) {
    for (const field of fields.values()) {
      if (field instanceof Map) walkQueries(field.get('highlight_query'), visitor);
    }
  }
}

function objectsIn(value: JsonValue | undefined): JsonObject[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((item) => item instanceof Map);
}
