import type { JsonObject, JsonValue } from '../../../schema/json/json-value.ts';
import { numberOf } from '../allow-list/number-of.ts';
import { refuse } from '../search-refusal.ts';
import { type SortBy, sortBuckets } from './bucket-sort.ts';
import type { GapPolicy } from './bucket-value.ts';
import { bucketsOf, replaceBuckets } from './buckets.ts';
import { derivative, serialDifference } from './differences-of-buckets.ts';
import { type MovingModel, movingAverage } from './moving-average.ts';

/** A pipeline aggregation as it was asked for. */
export interface PipelineRequest {
  readonly name: string;
  readonly type: string;
  readonly parameters: JsonObject;
  readonly meta: JsonValue | undefined;
}

/** How a pipeline changes the aggregation that it stands below. */
export interface Pipeline {
  /** The aggregations beside it that it reads, without `_count` and `_key`. */
  readonly reads: readonly string[];
  apply(parent: JsonObject): void;
}

export const pipelineTypes: ReadonlySet<string> = new Set([
  'derivative',
  'serial_diff',
  'moving_avg',
  'bucket_sort',
]);

const histograms: ReadonlySet<string> = new Set(['histogram', 'date_histogram']);
const milliseconds: ReadonlyMap<string, number> = new Map(
  [
    [['second', '1s'], 1000],
    [['minute', '1m'], 60_000],
    [['hour', '1h'], 3_600_000],
    [['day', '1d'], 86_400_000],
    [['week', '1w'], 604_800_000],
    [['month', '1M'], 2_629_746_000],
    [['quarter', '1q'], 7_889_238_000],
    [['year', '1y'], 31_556_952_000],
  ].flatMap(([names, length]) =>
    (names as string[]).map((name): [string, number] => [name, length as number]),
  ),
);

/**
 * A pipeline aggregation that is computed here.
 *
 * @param parent type of the aggregation that it stands below; undefined at the top
 * @throws {SearchRefusal} for what it cannot be
 */
export function readPipeline(
  { name, type, parameters, meta }: PipelineRequest,
  parent: string | undefined,
): Pipeline {
  const gaps = gapPolicy(parameters.get('gap_policy'), name);
  if (type === 'bucket_sort') {
    if (parent === undefined) {
      throw refuse(
        `Invalid pipeline aggregation named [${name}] of type [bucket_sort]. Only sibling pipeline aggregations are allowed at the top level`,
      );
    }
    if (!['sort', 'from', 'size'].some((option) => parameters.has(option))) {
      throw refuse(
        `[${name}] is configured to perform nothing. Please set either of [sort, size, from] to use bucket_sort`,
      );
    }
    const sorts = readSorts(parameters.get('sort'), name);
    const from = numberOf(parameters.get('from')) ?? 0;
    const size = numberOf(parameters.get('size')) ?? Number.MAX_SAFE_INTEGER;
    return {
      reads: sorts.flatMap(({ path }) => firstName(path)),
      apply: (aggregation) =>
        replaceBuckets(aggregation, sortBuckets(bucketsOf(aggregation), { sorts, from, size, gaps })),
    };
  }
  if (parent === undefined || !histograms.has(parent)) {
    throw refuse(
      `${type} aggregation [${name}] must have a histogram, date_histogram or auto_date_histogram as parent`,
    );
  }
  const path = bucketsPath(parameters.get('buckets_path'), name);
  const compute = readComputation({ name, type, parameters, meta }, { path, gaps });
  return { reads: firstName(path), apply: (aggregation) => compute(bucketsOf(aggregation)) };
}

function readComputation(
  { name, type, parameters, meta }: PipelineRequest,
  { path, gaps }: { path: string; gaps: GapPolicy },
): (buckets: JsonObject[]) => void {
  if (type === 'derivative') {
    const unit = unitOf(parameters.get('unit'), name);
    return (buckets) => derivative(buckets, { name, path, gaps, meta, unit });
  }
  if (type === 'serial_diff') {
    const lag = numberOf(parameters.get('lag')) ?? 1;
    if (!Number.isInteger(lag) || lag < 1)
      throw refuse(`\`lag\` of the aggregation ${name} is a whole number from 1 on`);
    return (buckets) => serialDifference(buckets, { name, path, gaps, meta, lag });
  }
  const model = parameters.get('model') ?? 'simple';
  if ((model !== 'simple' && model !== 'linear' && model !== 'ewma') || parameters.has('predict')) {
    throw refuse(
      `The aggregation ${name}: of moving averages there are the models simple, linear and ewma, without predictions`,
      'not_allowed',
    );
  }
  const window = numberOf(parameters.get('window')) ?? 5;
  const settings = parameters.get('settings');
  const alpha = (settings instanceof Map ? numberOf(settings.get('alpha')) : undefined) ?? 0.3;
  return (buckets) =>
    movingAverage(buckets, { name, path, gaps, meta, window, model: model as MovingModel, alpha });
}

function gapPolicy(value: JsonValue | undefined, name: string): GapPolicy {
  if (value === undefined || value === 'skip') return 'skip';
  if (value === 'insert_zeros') return value;
  throw refuse(`\`gap_policy\` of the aggregation ${name} is "skip" or "insert_zeros"`);
}

function bucketsPath(value: JsonValue | undefined, name: string): string {
  const path = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (typeof path !== 'string')
    throw refuse(`Missing required field [buckets_path] for aggregation [${name}]`);
  return path;
}

function unitOf(value: JsonValue | undefined, name: string): number | undefined {
  if (value === undefined) return undefined;
  const length = typeof value === 'string' ? milliseconds.get(value) : undefined;
  if (length === undefined) {
    throw refuse(`\`unit\` of the aggregation ${name} is one of ${[...milliseconds.keys()].join(', ')}`);
  }
  return length;
}

function readSorts(value: JsonValue | undefined, name: string): SortBy[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).flatMap((sort) => {
    if (typeof sort === 'string') return [{ path: sort, descending: false }];
    if (!(sort instanceof Map))
      throw refuse(`\`sort\` of the aggregation ${name} is a list of names or objects`);
    return [...sort].map(([path, options]) => ({ path, descending: isDescending(options) }));
  });
}

function isDescending(options: JsonValue): boolean {
  const order = options instanceof Map ? options.get('order') : options;
  return typeof order === 'string' && order.toLowerCase() === 'desc';
}

function firstName(path: string): string[] {
  const [name = ''] = path.split('>');
  return name === '_count' || name === '_key' ? [] : [name];
}
