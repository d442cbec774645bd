import type { JsonObject, JsonValue } from '../../../schema/json/json-value.ts';

/** An error of Elasticsearch 9 as Elasticsearch 6 would have put it, where clients can tell. */
export function asElasticsearch6(body: JsonObject, index: string): JsonObject {
  return rename(body, index) as JsonObject;
}

function rename(value: JsonValue, index: string): JsonValue {
  if (Array.isArray(value)) return value.map((item) => rename(item, index));
  if (!(value instanceof Map)) return value;
  return new Map(
    [...value].map(([key, member]) => [
      key,
      key === 'index' && typeof member === 'string' ? index : rename(member, index),
    ]),
  );
}
