import type { JsonObject, JsonValue } from '../../../schema/json/json-value.ts';
import { pythonRepr } from '../../../schema/json/python-repr.ts';
import { refuse } from '../search-refusal.ts';
import { bucketAggregations, valueAggregations } from './aggregation-names.ts';
import { isFalsy, pythonName } from './python-values.ts';
import { readQuery } from './read-query.ts';

/**
 * Named aggregations, read and written again one by one.
 *
 * @throws {SearchRefusal} with elasticsearch-dsl's own words
 */
export function readAggregations(value: JsonValue): JsonObject {
  if (!(value instanceof Map)) {
    throw refuse(
      `Aggregations are an object, for example {"my_name": {"terms": {...}}}, not ${pythonRepr(value)}`,
    );
  }
  const written: JsonObject = new Map();
  for (const [name, aggregation] of value) written.set(name, readAggregation(aggregation));
  return written;
}

/** One aggregation as elasticsearch-dsl's `A()` reads and writes it again. */
function readAggregation(value: JsonValue): JsonObject {
  if (!(value instanceof Map)) {
    const name = pythonName(value, 'An aggregation');
    if (!isKnown(name)) throw unknownAggregation(name);
    return new Map([[name, new Map()]]);
  }
  const rest = new Map(value);
  const below = take(rest, 'aggs');
  const meta = take(rest, 'meta');
  const [entry] = rest;
  if (entry === undefined || rest.size !== 1) {
    throw refuse(
      `A() can only accept dict with an aggregation ({"terms": {...}}). Instead it got (${pythonRepr(value)})`,
    );
  }
  const [name, given] = entry;
  if (!isKnown(name)) throw unknownAggregation(name);
  if (!(given instanceof Map)) {
    throw refuse(
      `The aggregation \`${name}\` takes an object, for example {"${name}": {...}}, not ${pythonRepr(given)}`,
    );
  }
  const parameters = new Map(given);
  if (!isFalsy(below)) parameters.set('aggs', below);
  if (!isFalsy(meta)) parameters.set('meta', meta);
  return writeAggregation(name, parameters);
}

function writeAggregation(name: string, parameters: JsonObject): JsonObject {
  const written: JsonObject = new Map();
  const meta = take(parameters, 'meta');
  // Only buckets have aggregations below them. Below a value they stay where they are, and Elasticsearch objects.
  const below = bucketAggregations.has(name) ? take(parameters, 'aggs') : null;
  for (const [key, value] of parameters) writeParameter(written, name, key, value);
  if (name === 'filter') moveFilterUp(written);
  const aggregation: JsonObject = new Map([[name, written]]);
  if (meta !== null) aggregation.set('meta', meta);
  const aggregations = below === null ? new Map() : readAggregations(below);
  if (aggregations.size > 0) aggregation.set('aggs', aggregations);
  return aggregation;
}

function writeParameter(written: JsonObject, aggregation: string, key: string, value: JsonValue): void {
  if (aggregation === 'filter' && key === 'filter') {
    written.set(key, readQuery(value));
  } else if (aggregation === 'filters' && key === 'filters' && value instanceof Map) {
    const filters: JsonObject = new Map();
    for (const [name, filter] of value) filters.set(name, readQuery(filter));
    if (filters.size > 0) written.set(key, filters);
  } else if (aggregation === 'composite' && key === 'sources') {
    const sources = (Array.isArray(value) ? value : [value]).map(readAggregations);
    if (sources.length > 0) written.set(key, sources);
  } else {
    written.set(key, value);
  }
}

/** `{"filter": {"filter": {...}}}` means the inner one. */
function moveFilterUp(written: JsonObject): void {
  const inner = take(written, 'filter');
  if (inner instanceof Map) for (const [key, value] of inner) written.set(key, value);
}

function take(object: JsonObject, key: string): JsonValue {
  const value = object.get(key) ?? null;
  object.delete(key);
  return value;
}

function isKnown(name: string): boolean {
  return bucketAggregations.has(name) || valueAggregations.has(name);
}

function unknownAggregation(name: string) {
  return refuse(`DSL class \`${name}\` does not exist in agg.`);
}
