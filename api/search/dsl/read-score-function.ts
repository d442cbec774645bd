import type { JsonObject, JsonValue } from '../../../schema/json/json-value.ts';
import { pythonRepr } from '../../../schema/json/python-repr.ts';
import { refuse } from '../search-refusal.ts';
import { pythonName } from './python-values.ts';
import { readQuery } from './read-query.ts';

/** In the order in which elasticsearch-dsl looks for them. */
const functionNames = [
  'script_score',
  'boost_factor',
  'random_score',
  'field_value_factor',
  'linear',
  'gauss',
  'exp',
];
const besideTheFunction = ['query', 'filter', 'weight'];

/** The parameters of `function_score` with a function that stands among them moved into `functions`. */
export function looseFunctions(parameters: JsonObject): JsonObject {
  if (parameters.has('functions')) return parameters;
  const rest = new Map(parameters);
  const functions: JsonValue[] = [];
  for (const name of functionNames) {
    const value = rest.get(name);
    if (value === undefined) continue;
    rest.delete(name);
    functions.push(new Map([[name, value]]));
  }
  return rest.set('functions', functions);
}

/**
 * One function of `function_score` as elasticsearch-dsl's `SF()` reads and writes it again.
 *
 * @throws {SearchRefusal} with elasticsearch-dsl's own words
 */
export function readScoreFunction(value: JsonValue): JsonObject {
  if (!(value instanceof Map)) {
    const name = pythonName(value, 'A score function');
    if (!functionNames.includes(name)) throw unknownFunction(name);
    return new Map([[name, new Map()]]);
  }
  const beside: JsonObject = new Map();
  const rest = new Map(value);
  for (const name of besideTheFunction) {
    const member = value.get(name);
    if (member === undefined) continue;
    rest.delete(name);
    beside.set(name, name === 'weight' ? member : readQuery(member));
  }
  const [entry] = rest;
  if (entry === undefined) return beside;
  if (rest.size !== 1) throw refuse(`SF() got an unexpected fields in the dictionary: ${pythonRepr(rest)}`);
  const [name, parameters] = entry;
  if (!functionNames.includes(name)) throw unknownFunction(name);
  const isPlain = parameters instanceof Map || name === 'boost_factor';
  const written: JsonObject = new Map([[name, isPlain ? parameters : new Map([['value', parameters]])]]);
  for (const [key, member] of beside) written.set(key, member);
  return written;
}

function unknownFunction(name: string) {
  return refuse(`DSL class \`${name}\` does not exist in score_function.`);
}
