import { JsonNumber, type JsonObject, type JsonValue } from '../../../schema/json/json-value.ts';
import { dateFields } from '../../../schema/search/indexed-fields.ts';
import type { Rewrite } from './rewrite.ts';

const dates: ReadonlySet<string> = new Set(dateFields);

const byField: ReadonlySet<string> = new Set(['range', 'term', 'terms', 'match', 'match_phrase']);

/** `1541154086000.5` as a date becomes `1541154086000`. */
export const dateNumbers: Rewrite = {
  reason:
    'Programs make milliseconds of `time.time() * 1000`, which has a fraction. Elasticsearch 6 left it out; since 7 it writes such a number with an exponent to itself, and cannot read that.',
  query({ name, parameters }) {
    if (!byField.has(name)) return;
    for (const [field, value] of parameters) {
      if (!dates.has(field)) continue;
      if (value instanceof Map) truncateMembers(value);
      else parameters.set(field, Array.isArray(value) ? value.map(truncated) : truncated(value));
    }
  },
};

function truncateMembers(options: JsonObject): void {
  for (const [name, value] of options) {
    if (name !== 'boost') options.set(name, truncated(value));
  }
}

function truncated(value: JsonValue): JsonValue {
  if (!(value instanceof JsonNumber) || value.isIntegerToken) return value;
  const number = Math.trunc(value.toNumber());
  return Number.isSafeInteger(number) ? new JsonNumber(String(number)) : value;
}
