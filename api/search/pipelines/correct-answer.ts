import { pythonJson } from '../../../schema/json/canonical-json.ts';
import type { JsonObject, JsonValue } from '../../../schema/json/json-value.ts';
import { parseJson } from '../../../schema/json/parse-json.ts';
import { bucketsOf } from './buckets.ts';
import type { Correction } from './correction.ts';

/**
 * An answer with its aggregations corrected, in Python's JSON style.
 *
 * @param answer JSON in UTF-8
 */
export function correctAnswer(answer: Uint8Array, corrections: readonly Correction[]): string {
  const body = parseJson(Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength).toString('utf8'));
  const aggregations = body instanceof Map ? body.get('aggregations') : undefined;
  for (const { path, apply } of corrections) correct(aggregations, path, apply);
  return pythonJson(body);
}

function correct(
  place: JsonValue | undefined,
  path: readonly string[],
  apply: (found: JsonObject) => void,
): void {
  const [name, ...rest] = path;
  if (!(place instanceof Map) || name === undefined) return;
  const aggregation = place.get(name);
  if (!(aggregation instanceof Map)) return;
  if (rest.length === 0) {
    apply(aggregation);
    return;
  }
  // One that makes a single bucket has what is below it beside its count.
  const places = aggregation.has('buckets') ? bucketsOf(aggregation) : [aggregation];
  for (const bucket of places) correct(bucket, rest, apply);
}
