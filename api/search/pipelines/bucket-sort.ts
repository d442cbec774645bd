import { JsonNumber, type JsonObject } from '../../../schema/json/json-value.ts';
import { bucketValue, type GapPolicy } from './bucket-value.ts';

export interface SortBy {
  readonly path: string;
  readonly descending: boolean;
}

/** `bucket_sort`: the buckets in another order, and some of them only. Those without any of the values are left out. */
export function sortBuckets(
  buckets: readonly JsonObject[],
  { sorts, from, size, gaps }: { sorts: readonly SortBy[]; from: number; size: number; gaps: GapPolicy },
): JsonObject[] {
  if (sorts.length === 0) return buckets.slice(from, from + size);
  const valued = buckets
    .map((bucket) => ({ bucket, values: sorts.map(({ path }) => sortValue(bucket, path, gaps)) }))
    .filter(({ values }) => values.some((value) => value !== undefined));
  valued.sort((a, b) => {
    for (const [index, { descending }] of sorts.entries()) {
      const order = compare(a.values[index], b.values[index], descending);
      if (order !== 0) return order;
    }
    return 0;
  });
  return valued.slice(from, from + size).map(({ bucket }) => bucket);
}

function sortValue(bucket: JsonObject, path: string, gaps: GapPolicy): number | string | undefined {
  if (path === '_key') {
    const key = bucket.get('key');
    if (key instanceof JsonNumber) return key.toNumber();
    return typeof key === 'string' ? key : undefined;
  }
  const value = bucketValue(bucket, path, gaps);
  return value === undefined || Number.isNaN(value) ? undefined : value;
}

/** Without a value a bucket comes last in either order. */
function compare(
  a: number | string | undefined,
  b: number | string | undefined,
  descending: boolean,
): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  return a < b === descending ? 1 : -1;
}
