import type { JsonObject } from '../../../schema/json/json-value.ts';

/** The buckets of an aggregation in their order, whether it is keyed or not; none where it has none. */
export function bucketsOf(aggregation: JsonObject): JsonObject[] {
  const buckets = aggregation.get('buckets');
  const list = buckets instanceof Map ? [...buckets.values()] : buckets;
  return Array.isArray(list) ? list.filter((bucket) => bucket instanceof Map) : [];
}

/** Puts some of an aggregation's own buckets in their place, in another order. */
export function replaceBuckets(aggregation: JsonObject, chosen: readonly JsonObject[]): void {
  const buckets = aggregation.get('buckets');
  if (!(buckets instanceof Map)) {
    aggregation.set('buckets', [...chosen]);
    return;
  }
  const names = new Map([...buckets].map(([name, bucket]) => [bucket, name]));
  aggregation.set('buckets', new Map(chosen.map((bucket) => [names.get(bucket) ?? '', bucket])));
}
