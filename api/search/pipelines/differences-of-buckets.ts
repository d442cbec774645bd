import { JsonNumber, type JsonObject, type JsonValue } from '../../../schema/json/json-value.ts';
import { bucketValue, type GapPolicy } from './bucket-value.ts';
import { double, valueResult } from './value-result.ts';

interface Options {
  readonly name: string;
  readonly path: string;
  readonly gaps: GapPolicy;
  readonly meta: JsonValue | undefined;
}

/**
 * `derivative`: the difference of each bucket to the one before.
 *
 * @param unit milliseconds that the difference is to be for, besides
 */
export function derivative(
  buckets: readonly JsonObject[],
  options: Options & { unit?: number | undefined },
): void {
  const { name, path, gaps, unit } = options;
  let last: { readonly value: number | undefined; readonly key: number } | undefined;
  for (const bucket of buckets) {
    const here = { value: bucketValue(bucket, path, gaps), key: keyOf(bucket) };
    if (last?.value !== undefined && here.value !== undefined) {
      const difference = here.value - last.value;
      const result = valueResult(difference, options.meta);
      if (unit !== undefined)
        result.set('normalized_value', double(difference / ((here.key - last.key) / unit)));
      bucket.set(name, result);
    }
    last = here;
  }
}

/** `serial_diff`: the difference to the bucket `lag` before, where both have a value. */
export function serialDifference(buckets: readonly JsonObject[], options: Options & { lag: number }): void {
  const { name, path, gaps, lag } = options;
  const values = buckets.map((bucket) => bucketValue(bucket, path, gaps));
  for (const [index, bucket] of buckets.entries()) {
    const difference = (values[index] ?? Number.NaN) - (values[index - lag] ?? Number.NaN);
    if (!Number.isNaN(difference)) bucket.set(name, valueResult(difference, options.meta));
  }
}

function keyOf(bucket: JsonObject): number {
  const key = bucket.get('key');
  return key instanceof JsonNumber ? key.toNumber() : Number.NaN;
}
