import { JsonNumber, type JsonObject, type JsonValue } from '../../../schema/json/json-value.ts';
import { pythonFloat } from '../../../schema/json/python-float.ts';

/**
 * `{"value": 1.0}`, or null for what is no number.
 *
 * @param meta what the client gave the aggregation along
 */
export function valueResult(value: number, meta: JsonValue | undefined): JsonObject {
  const result: JsonObject = new Map(meta === undefined ? [] : [['meta', meta]]);
  return result.set('value', double(value));
}

/** A number as Elasticsearch writes a double. */
export function double(value: number): JsonValue {
  return Number.isFinite(value) ? new JsonNumber(pythonFloat(value)) : null;
}
