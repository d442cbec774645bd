import { JsonNumber, type JsonValue } from '../../../schema/json/json-value.ts';
import { refuse } from '../search-refusal.ts';
import type { ChosenNames } from './chosen-names.ts';
import { limits } from './limits.ts';

const scripts = 'scripts are not allowed';
const otherIndices = 'only the build index can be searched';
const joins = 'builds have no parents or children';

/**
 * Names that reach beyond a search in the build index, wherever in the body they stand. The allow-lists check the
 * places where Elasticsearch reads a query or an aggregation; this is for all others, known or not.
 */
const forbidden: ReadonlyMap<string, string> = new Map([
  ...['script', 'scripts', '_script', 'script_fields', 'script_score', 'script_heuristic'].map(
    because(scripts),
  ),
  ...['scripted_metric', 'bucket_script', 'bucket_selector', 'minimum_should_match_script'].map(
    because(scripts),
  ),
  ...['init_script', 'map_script', 'combine_script', 'reduce_script', 'collate'].map(because(scripts)),
  ...['template', 'lang', 'moving_fn', 'inference'].map(because(scripts)),
  ...['index', '_index', 'indices', 'indexed_shape', 'lookup', 'pit'].map(because(otherIndices)),
  ...['has_child', 'has_parent', 'parent_id', 'percolate'].map(because(joins)),
  ['runtime_mappings', 'runtime fields are not allowed'],
  ['wrapper', 'a query must be readable'],
  ...['knn', 'retriever', 'sub_searches', 'rank', 'semantic', 'text_expansion', 'sparse_vector'].map(
    because('builds have no vectors'),
  ),
]);

const jsonNumber = /^-?\d/;

/**
 * Goes through the whole body for names that are forbidden anywhere, for values that are not JSON (Python's parser
 * lets `NaN` through) and for its depth.
 *
 * @param chosen has visited the search: names that it knows are not Elasticsearch's, and so are free
 * @throws {SearchRefusal} that names the member and where it stands
 */
export function checkForbiddenMembers(search: JsonValue, chosen: ChosenNames): void {
  check(search, chosen, [], false);
}

function check(value: JsonValue, chosen: ChosenNames, path: readonly string[], isInData: boolean): void {
  if (value instanceof JsonNumber && !jsonNumber.test(value.token)) {
    throw refuse(`\`${value.token}\` is not a number that a search can use, in ${path.join('.')}`);
  }
  if (path.length > limits.jsonDepth) {
    throw refuse(`The search is nested too deeply: at most ${limits.jsonDepth} levels are allowed`, 'limit');
  }
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) check(item, chosen, [...path, String(index)], isInData);
    return;
  }
  if (!(value instanceof Map)) return;
  const isData = isInData || chosen.isData(value);
  const areFree = isData || chosen.areIn(value);
  for (const [name, member] of value) {
    const reason = areFree ? undefined : forbidden.get(name);
    if (reason !== undefined) {
      const where = path.length > 0 ? `, in ${path.join('.')}` : '';
      throw refuse(`\`${name}\` cannot be used here, as ${reason}${where}`, 'not_allowed');
    }
    if (typeof member === 'object' && member !== null) check(member, chosen, [...path, name], isData);
  }
}

function because(reason: string): (name: string) => [string, string] {
  return (name) => [name, reason];
}
