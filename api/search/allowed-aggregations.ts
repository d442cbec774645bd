import { highlight, hitOptions, isExplained, sortOptions, sorts } from './allowed-hits.ts';
import { field, filters, regexp } from './allowed-queries.ts';
import { searchLimits } from './request-budget.ts';
import * as changes from './search-changes.ts';
import {
  anything,
  isObject,
  list,
  named,
  notAllowed,
  number,
  numberOf,
  object,
  objectOr,
  oneOrMany,
  onlyMember,
  type RequestObject,
  type Rule,
  repeated,
  type SearchWalk,
  scalar,
  scalars,
  textOf,
  typed,
  upTo,
} from './search-walk.ts';

const fieldAndFormat = { field, missing: scalar, format: repeated };
const order = oneOrMany(named(scalar), 10);
const size = upTo(searchLimits.aggregationSize);
const composite = { ...fieldAndFormat, ...scalars('missing_bucket', 'missing_order', 'order') };
const bounds = object(scalars('min', 'max'));
const histogram = {
  ...fieldAndFormat,
  ...scalars('interval', 'offset', 'min_doc_count', 'keyed'),
  order,
  extended_bounds: bounds,
  hard_bounds: bounds,
};
const dateInterval = scalars('interval', 'calendar_interval', 'fixed_interval', 'time_zone');
const percents = list(scalar, 1_000);
const percentiles = {
  ...fieldAndFormat,
  keyed: scalar,
  tdigest: object({ compression: upTo(searchLimits.compression) }),
  hdr: object({ number_of_significant_value_digits: upTo(searchLimits.hdrDigits) }),
};
const ofBuckets = {
  buckets_path: objectOr(named(scalar), oneOrMany(scalar)),
  gap_policy: scalar,
  format: repeated,
};
const partition = object(scalars('partition', 'num_partitions'));
const values = objectOr(partition, (value, walk) =>
  (Array.isArray(value) ? list(scalar) : regexp)(value, walk),
);
const source = typed({
  terms: object(composite),
  histogram: object({ ...composite, interval: scalar }),
  date_histogram: object(
    { ...composite, ...dateInterval, offset: scalar },
    changes.dateInterval,
    changes.dateFormat,
  ),
});

interface AggregationType {
  readonly rule: Rule;
  /** Maximum number of buckets below one bucket around. */
  readonly buckets?: (parameters: RequestObject) => number;
  /** Whether Elasticsearch makes all of these buckets, whatever the builds are. */
  readonly isFixed?: true;
  /** Bytes of memory that it takes in each bucket around. */
  readonly bytes?: (parameters: RequestObject) => number;
}

const metric: AggregationType = { rule: object(fieldAndFormat), bytes: () => 64 };
const overBuckets: AggregationType = { rule: object(ofBuckets) };
const ranges: AggregationType = {
  rule: object({
    ...fieldAndFormat,
    ranges: list(object(scalars('key', 'from', 'to')), 1_000),
    ...scalars('keyed', 'time_zone'),
  }),
  buckets: ({ ranges: given }) => lengthOf(given),
  isFixed: true,
};

const aggregationTypes = new Map<string, AggregationType>(
  Object.entries<AggregationType>({
    filter: { rule: filters },
    filters: {
      rule: object({
        filters: (value, walk) => (Array.isArray(value) ? filters : named(filters))(value, walk),
        ...scalars('other_bucket', 'other_bucket_key'),
      }),
      buckets: ({ filters: given }) => lengthOf(isObject(given) ? Object.keys(given) : given) + 1,
      isFixed: true,
    },
    global: { rule: object({}) },
    missing: { rule: object({ field }) },
    sampler: { rule: object({ shard_size: size }) },
    terms: {
      rule: object(
        {
          ...fieldAndFormat,
          size: number,
          shard_size: number,
          ...scalars('min_doc_count', 'shard_min_doc_count'),
          ...scalars('show_term_doc_count_error', 'value_type', 'execution_hint', 'collect_mode'),
          order,
          include: values,
          exclude: values,
        },
        changes.bucketOrder,
        changes.bucketCount,
        // Elasticsearch knows how to collect; `depth_first` would make every bucket there may be.
        changes.without('collect_mode'),
      ),
      buckets: bucketsOfTerms,
    },
    significant_terms: {
      rule: object({
        field,
        size,
        shard_size: size,
        min_doc_count: scalar,
        include: values,
        exclude: values,
        background_filter: filters,
      }),
      buckets: bucketsOfTerms,
    },
    range: ranges,
    date_range: ranges,
    histogram: { rule: object(histogram, changes.bucketOrder), buckets: () => searchLimits.buckets },
    date_histogram: {
      rule: object({ ...histogram, ...dateInterval }, changes.bucketOrder, changes.dateInterval),
      buckets: bucketsOfDates,
    },
    composite: {
      rule: object({ size, after: named(scalar), sources: oneOrMany(named(source), 20) }),
      buckets: ({ size: asked }) => numberOf(asked) ?? 10,
    },
    top_hits: {
      rule: object({ ...hitOptions, size: upTo(100), highlight }, changes.sortById),
      bytes: (parameters) => bytesOfHit * hitsOf(parameters),
    },
    avg: metric,
    sum: metric,
    min: metric,
    max: metric,
    value_count: metric,
    stats: metric,
    extended_stats: { rule: object({ ...fieldAndFormat, sigma: scalar }), bytes: () => 128 },
    cardinality: {
      rule: object({ field, missing: scalar, precision_threshold: upTo(40_000) }),
      bytes: ({ precision_threshold: asked }) => (numberOf(asked) ?? 3_000) / 3,
    },
    percentiles: { rule: object({ ...percentiles, percents }), bytes: bytesOfPercentiles },
    percentile_ranks: { rule: object({ ...percentiles, values: percents }), bytes: bytesOfPercentiles },
    avg_bucket: overBuckets,
    sum_bucket: overBuckets,
    min_bucket: overBuckets,
    max_bucket: overBuckets,
    stats_bucket: overBuckets,
    extended_stats_bucket: { rule: object({ ...ofBuckets, sigma: scalar }) },
    percentiles_bucket: { rule: object({ ...ofBuckets, percents, keyed: scalar }) },
    cumulative_sum: overBuckets,
    derivative: { rule: object({ ...ofBuckets, unit: scalar }) },
    serial_diff: { rule: object({ ...ofBuckets, lag: upTo(searchLimits.lag) }) },
    bucket_sort: {
      rule: object({
        sort: sorts(objectOr(named(objectOr(object(sortOptions), scalar)), scalar)),
        size,
        ...scalars('from', 'gap_policy'),
      }),
    },
  }),
);

function aggregation(value: unknown, walk: SearchWalk): void {
  const [name, parameters] = onlyMember(value, walk, ['aggs', 'aggregations', 'meta']);
  const type = aggregationTypes.get(name);
  const { around, name: ownName } = walk;
  const aggregationDepth = around.aggregationDepth + 1;
  if (aggregationDepth > searchLimits.aggregationDepth)
    throw walk.refuse(
      `Aggregations are nested too deeply: up to ${searchLimits.aggregationDepth} levels are allowed`,
      'limit',
    );
  walk.spend('aggregations');
  walk.enter(name, parameters, type?.rule ?? notAllowed);
  const checked = parameters as RequestObject;
  changes.idField(checked);
  // Of dates also in `terms`, `min` and others. A format of numbers has no such letters.
  changes.dateFormat(checked);
  const { [name]: _, meta, ...below } = value as RequestObject;
  if (meta !== undefined) walk.enter('meta', meta, anything);
  const isOrder = around.order.some((path) => path.startsWith(ownName));
  const buckets = Math.max(around.buckets, isOrder ? searchLimits.buckets : 1);
  // The response repeats these in each bucket.
  const text = JSON.stringify([ownName, meta, checked]);
  const bytes = Math.max(0, text.length - bytesOfBucket) + (type?.bytes?.(checked) ?? 0);
  walk.spend('aggregationBytes', buckets * bytes);
  if (name === 'top_hits' && isExplained(checked)) walk.spend('explained', buckets * hitsOf(checked));
  let inside = buckets;
  if (type?.buckets) {
    inside *= Math.max(1, type.buckets(checked));
    // Elasticsearch refuses a response with more. It makes all fixed ones before it counts them.
    if (!type.isFixed) inside = Math.min(inside, Math.max(searchLimits.buckets, buckets));
    walk.spend('aggregationBytes', inside * bytesOfBucket);
  }
  const order = name === 'terms' ? pathsOf(checked.order) : [];
  walk.within(
    { aggregationDepth, buckets: inside, order },
    below,
    object({ aggs: aggregations, aggregations }),
  );
}
export const aggregations: Rule = named(aggregation, searchLimits.aggregations);

/*
 * `cardinality` and percentiles without `hdr` count only a part of what they take, since Elasticsearch's circuit breakers
 * count them too, and few of the possible buckets exist. Dashboards ask for a unique count or a median of each day.
 */

/** Bytes of a bucket without what is in it. */
const bytesOfBucket = 256;

/** About as many as a build with its source. */
const bytesOfHit = 4_096;

function hitsOf({ size: asked, from }: RequestObject): number {
  return (numberOf(asked) ?? 3) + (numberOf(from) ?? 0);
}

function bucketsOfTerms({ size: asked, shard_size: onShard }: RequestObject): number {
  return Math.max(numberOf(asked) ?? 10, numberOf(onShard) ?? 0);
}

function pathsOf(order: unknown): string[] {
  return [order].flat().flatMap((one) => (isObject(one) ? Object.keys(one) : []));
}

const secondsOfUnit: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  second: 1,
  m: 60,
  minute: 60,
  h: 3_600,
  hour: 3_600,
  d: 86_400,
  day: 86_400,
  w: 604_800,
  week: 604_800,
  M: 2_592_000,
  month: 2_592_000,
  q: 7_776_000,
  quarter: 7_776_000,
  y: 31_536_000,
  year: 31_536_000,
};
const thirtyYears = 30 * 31_536_000;

/** As many as fit into the time for which there can be builds; all that there may be, for an interval that is not understood. */
function bucketsOfDates({ calendar_interval: calendar, fixed_interval: fixed }: RequestObject): number {
  const [, count = '', unit = ''] = /^(\d*)([a-zA-Z]+)$/.exec(textOf(calendar ?? fixed)) ?? [];
  const seconds = Number(count || 1) * (secondsOfUnit[unit] ?? 0);
  return seconds > 0 ? Math.ceil(thirtyYears / seconds) : searchLimits.buckets;
}

function bytesOfPercentiles({ hdr, tdigest }: RequestObject): number {
  if (isObject(hdr)) {
    // A power of two that has this many digits, half of it for each power of two between the smallest and the largest
    // value, of which there can be 64 or so.
    const digits = numberOf(hdr.number_of_significant_value_digits) ?? 3;
    return 256 * 2 ** Math.ceil(Math.log2(2 * 10 ** digits));
  }
  return 50 * ((isObject(tdigest) ? numberOf(tdigest.compression) : undefined) ?? 100);
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 1;
}
