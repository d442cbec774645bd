import { stringifyJson } from '../../../schema/json/canonical-json.ts';
import { JsonNumber, type JsonObject, type JsonValue } from '../../../schema/json/json-value.ts';
import { refuse, refuseAsElasticsearch } from '../search-refusal.ts';

/** The members of a search body that Elasticsearch 6.7 knew, without those that reach beyond the build index. */
const allowed: ReadonlySet<string> = new Set([
  ...['query', 'post_filter', 'aggs', 'sort', '_source', 'highlight', 'suggest'],
  ...['from', 'size', 'timeout', 'terminate_after', 'min_score', 'version', 'seq_no_primary_term'],
  ...['explain', 'profile', 'stored_fields', 'docvalue_fields', 'track_scores', 'track_total_hits'],
  ...['indices_boost', 'rescore', 'collapse', 'search_after', 'stats'],
]);

const refused: ReadonlyMap<string, string> = new Map(
  Object.entries({
    script_fields: 'Scripts are not allowed: take `script_fields` out',
    runtime_mappings: 'Runtime fields are not allowed: take `runtime_mappings` out',
    ext: '`ext` is not allowed: take it out',
    slice:
      '`slice` cannot be used outside of a scroll, and scrolls are not offered: page with `search_after`',
    pit: 'A point in time is not allowed: take `pit` out and page with `search_after`',
  }),
);

/**
 * Only members that the contract knows.
 *
 * @throws {SearchRefusal} for an unknown one in the words of Elasticsearch 6
 */
export function checkMembers(body: JsonObject): void {
  for (const [name, value] of body) {
    if (allowed.has(name) || (name === 'ext' && value instanceof Map && value.size === 0)) continue;
    const message = refused.get(name);
    if (message !== undefined) throw refuse(message, 'not_allowed');
    throw refuseAsElasticsearch('parsing_exception', `Unknown key for a ${tokenOf(value)} in [${name}].`, {
      line: 1,
      col: columnOf(body, name),
    });
  }
}

/** Where a member's value began in what Buildhub2 sent to Elasticsearch, which is what the client was told. */
function columnOf(body: JsonObject, name: string): number {
  let column = '{'.length;
  for (const [key, value] of body) {
    column += JSON.stringify(key).length + ':'.length;
    if (key === name) break;
    column += stringifyJson(value).length + ','.length;
  }
  return column + 1;
}

function tokenOf(value: JsonValue): string {
  if (value === null) return 'VALUE_NULL';
  if (typeof value === 'boolean') return 'VALUE_BOOLEAN';
  if (typeof value === 'string') return 'VALUE_STRING';
  if (value instanceof JsonNumber) return 'VALUE_NUMBER';
  return Array.isArray(value) ? 'START_ARRAY' : 'START_OBJECT';
}
