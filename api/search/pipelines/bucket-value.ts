import { JsonNumber, type JsonObject, type JsonValue } from '../../../schema/json/json-value.ts';

/** What to take for the value of a bucket without documents. */
export type GapPolicy = 'skip' | 'insert_zeros';

/**
 * The value that a `buckets_path` finds in a bucket (`_count`, `metric`, `stats.avg`, `filter>metric`), as
 * Elasticsearch's BucketHelpers resolve it; NaN where it has none, undefined where there is nothing of that name.
 */
export function bucketValue(bucket: JsonObject, path: string, gaps: GapPolicy): number | undefined {
  const missing = gaps === 'insert_zeros' ? 0 : Number.NaN;
  const isCount = path === '_count';
  const value = isCount ? numberIn(bucket.get('doc_count')) : metricValue(bucket, path);
  if (value === undefined) return undefined;
  if (!isCount && numberIn(bucket.get('doc_count')) === 0) return missing;
  return Number.isFinite(value) ? value : missing;
}

function metricValue(bucket: JsonObject, path: string): number | undefined {
  const names = path.split('>').map((name) => name.trim());
  let place = bucket;
  for (const [index, name] of names.entries()) {
    if (name === '_count') return numberIn(place.get('doc_count'));
    const isLast = index === names.length - 1;
    const found = place.get(name);
    if (found instanceof Map) {
      place = found;
      continue;
    }
    // `stats.avg`, where names of aggregations may have points as well.
    const point = name.lastIndexOf('.');
    const holder = isLast && point > 0 ? place.get(name.slice(0, point)) : undefined;
    if (!(holder instanceof Map)) return undefined;
    return memberOf(holder, name.slice(point + 1));
  }
  return numberIn(place.get('value'));
}

/** Percentiles have their values one level further down, by a name with a point. */
function memberOf(metric: JsonObject, name: string): number {
  const values = metric.get('values');
  if (values instanceof Map) return numberIn(values.get(name) ?? values.get(`${name}.0`));
  return numberIn(metric.get(name));
}

function numberIn(value: JsonValue | undefined): number {
  return value instanceof JsonNumber ? value.toNumber() : Number.NaN;
}
