import type { JsonObject, JsonValue } from '../../schema/json/json-value.ts';
import { parseJson } from '../../schema/json/parse-json.ts';
import { ApiProblem } from '../openapi/api-problem.ts';
import { type TranslationOptions, translateSearch } from '../search/translate-search.ts';

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
 * @throws {ApiProblem} for what an export cannot do
 * @throws {SearchRefusal} for what the border does not let through
 */
export function toExportSearch(request: JsonValue, options: TranslationOptions): JsonObject {
  const translated = translateSearch(withoutPage(request), options);
  const search = parseJson(translated.body);
  if (!(search instanceof Map)) throw new TypeError('A translated search is an object');
  for (const name of leftOut) if (name !== 'timeout') search.delete(name);
  // Without an order of its own, the cheapest: as the builds lie in the index.
  if (!search.has('sort')) search.set('sort', [new Map([['_shard_doc', 'asc']])]);
  return search;
}

function withoutPage(request: JsonValue): JsonValue {
  if (!(request instanceof Map)) return request;
  const found = refused.filter((name) => request.has(name));
  if (found.length > 0) {
    throw new ApiProblem(
      400,
      `An export has every build that the search finds: take ${found.map((name) => `\`${name}\``).join(' and ')} out`,
    );
  }
  return new Map([...request].filter(([name]) => !leftOut.includes(name)));
}
