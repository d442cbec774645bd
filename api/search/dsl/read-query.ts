import type { JsonObject, JsonValue } from '../../../schema/json/json-value.ts';
import { pythonRepr } from '../../../schema/json/python-repr.ts';
import { refuse } from '../search-refusal.ts';
import { pythonName } from './python-values.ts';
import { queryDefinitions } from './query-definitions.ts';
import { looseFunctions, readScoreFunction } from './read-score-function.ts';

/**
 * A query as elasticsearch-dsl's `Q()` reads and writes it again: one name with an object, known queries only, lists
 * where a list is meant, empty lists left out.
 *
 * @throws {SearchRefusal} with elasticsearch-dsl's own words
 */
export function readQuery(value: JsonValue): JsonObject {
  if (!(value instanceof Map)) return readNamedQuery(pythonName(value, 'A query'), new Map());
  const [entry] = value;
  if (entry === undefined || value.size !== 1) {
    throw refuse(
      `Q() can only accept dict with a single query ({"match": {...}}). Instead it got (${pythonRepr(value)})`,
    );
  }
  const [name, parameters] = entry;
  if (!queryDefinitions.has(name)) throw unknownQuery(name);
  if (!(parameters instanceof Map)) {
    throw refuse(
      `The query \`${name}\` takes an object, for example {"${name}": {...}}, not ${pythonRepr(parameters)}`,
    );
  }
  return readNamedQuery(name, parameters);
}

function readNamedQuery(name: string, parameters: JsonObject): JsonObject {
  const definition = queryDefinitions.get(name);
  if (definition === undefined) throw unknownQuery(name);
  const written: JsonObject = new Map();
  for (const [parameter, value] of name === 'function_score' ? looseFunctions(parameters) : parameters) {
    switch (definition.get(parameter)) {
      case 'query':
        written.set(parameter, readQuery(value));
        break;
      case 'queries':
        writeList(written, parameter, listOf(value).map(readQuery));
        break;
      case 'functions':
        writeList(written, parameter, listOf(value).map(readScoreFunction));
        break;
      default:
        written.set(parameter, value);
    }
  }
  return new Map([[name, written]]);
}

function listOf(value: JsonValue): JsonValue[] {
  return Array.isArray(value) ? value : [value];
}

function writeList(object: JsonObject, name: string, list: JsonValue[]): void {
  if (list.length > 0) object.set(name, list);
}

function unknownQuery(name: string) {
  return refuse(`DSL class \`${name}\` does not exist in query.`);
}
