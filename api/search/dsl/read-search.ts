import type { JsonObject, JsonValue } from '../../../schema/json/json-value.ts';
import { pythonRepr } from '../../../schema/json/python-repr.ts';
import { refuse } from '../search-refusal.ts';
import { isFalsy } from './python-values.ts';
import { readAggregations } from './read-aggregation.ts';
import { readQuery } from './read-query.ts';

/** What is written after the members that elasticsearch-dsl does not know. */
const writtenLast = ['_source', 'highlight', 'suggest', 'script_fields'];
const understood = new Set(['query', 'post_filter', 'aggs', 'aggregations', 'sort', ...writtenLast]);

/**
 * The body of a search as elasticsearch-dsl 6.3 reads it (`update_from_dict`) and writes it again (`to_dict`), which
 * is what Buildhub2 sent on: same checks, same messages, same order of members.
 *
 * @param request what the client sent, JSON of any kind
 * @throws {SearchRefusal} with elasticsearch-dsl's own words; where it failed with a server error, with ours
 */
export function readSearch(request: JsonValue): JsonObject {
  if (isFalsy(request)) return new Map();
  if (!(request instanceof Map)) {
    throw refuse(
      `The body of a search is a JSON object, for example {"query": {"match_all": {}}}, not ${shortRepr(request)}`,
    );
  }
  const written: JsonObject = new Map();
  const query = request.get('query');
  if (query !== undefined) written.set('query', readQuery(query));
  const postFilter = request.get('post_filter');
  if (postFilter !== undefined) written.set('post_filter', readQuery(postFilter));
  // `aggs` wins wherever it stands, even with nothing in it.
  const aggregations = request.get(request.has('aggs') ? 'aggs' : 'aggregations') ?? null;
  if (!isFalsy(aggregations)) written.set('aggs', readAggregations(aggregations));
  const sort = request.get('sort') ?? null;
  if (!isFalsy(sort)) written.set('sort', sort);
  for (const [key, value] of request) if (!understood.has(key)) written.set(key, value);
  for (const key of writtenLast) writeLast(written, key, request.get(key));
  return written;
}

function writeLast(written: JsonObject, key: string, value: JsonValue | undefined): void {
  if (value === undefined || value === null) return;
  if (key === '_source') {
    if (!(value instanceof Map && value.size === 0)) written.set(key, value);
  } else if (key === 'highlight') {
    const highlight = readHighlight(value);
    if (highlight !== undefined) written.set(key, highlight);
  } else {
    const read = key === 'suggest' && !isFalsy(value) ? readSuggest(value) : value;
    if (!isFalsy(read)) written.set(key, read);
  }
}

function readHighlight(value: JsonValue): JsonObject | undefined {
  const fields = value instanceof Map ? value.get('fields') : undefined;
  if (!(value instanceof Map) || fields === undefined) {
    throw refuse('`highlight` needs `fields`, for example {"highlight": {"fields": {"build.cc": {}}}}');
  }
  if (isFalsy(fields)) return undefined;
  return new Map([['fields', fields], ...value]);
}

/** The global `text` goes into each suggester that has none of its own. */
function readSuggest(value: JsonValue): JsonObject {
  if (!(value instanceof Map)) {
    throw refuse(
      '`suggest` is an object, for example {"suggest": {"my_name": {"text": "...", "term": {"field": "build.cc"}}}}',
    );
  }
  const text = value.get('text');
  const written: JsonObject = new Map();
  for (const [name, suggester] of value) {
    if (name === 'text') continue;
    if (!(suggester instanceof Map)) {
      throw refuse(`The suggester \`${name}\` is an object, not ${shortRepr(suggester)}`);
    }
    const own = new Map(suggester);
    if (text !== undefined && !own.has('text')) own.set('text', text);
    written.set(name, own);
  }
  return written;
}

function shortRepr(value: JsonValue): string {
  const text = pythonRepr(value);
  return text.length > 200 ? `${text.slice(0, 200)}...` : text;
}
