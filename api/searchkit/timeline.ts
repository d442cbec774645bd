import type { RangeFilter } from './read-requests.ts';
import type { DateField } from './searchable-fields.ts';

/** Builds over time: bars without gaps, each as long as `interval`. */
export interface Timeline {
  readonly field: DateField;
  readonly interval: string;
  /** Start of each bar in milliseconds since 1970, and the builds in it. */
  readonly bars: readonly (readonly [start: number, count: number])[];
  /** The end of the last bar, in milliseconds since 1970. */
  readonly end: number;
}

interface Step {
  readonly name: string;
  /** About; years and months differ. */
  readonly milliseconds: number;
  /** The start of the step that holds a time, or of the one `ahead` further on. */
  start(time: number, ahead?: number): number;
}

const hour = 3_600_000;
const day = 24 * hour;
const mostBars = 140;

const steps: readonly Step[] = [
  fixed('hour', hour),
  fixed('3 hours', 3 * hour),
  fixed('12 hours', 12 * hour),
  fixed('day', day),
  // 1970 began on a Thursday.
  fixed('week', 7 * day, 4 * day),
  months('month', 1),
  months('quarter', 3),
  months('year', 12),
  months('5 years', 60),
  months('decade', 120),
  months('century', 1_200),
  months('millennium', 12_000),
];

/**
 * The aggregation that {@link timeline} reads. Its buckets are days, or hours if the range is short; Elasticsearch's
 * own choice of an interval (`auto_date_histogram`) is a module that not every server has.
 */
export function timelineAggregation(field: DateField, ranges: readonly RangeFilter[]) {
  return {
    date_histogram: { field, fixed_interval: isShort(field, ranges) ? '1h' : '1d', min_doc_count: 1 },
  } as const;
}

/**
 * Gathers buckets, in order of time, into up to 140 bars of equal and usual length. Without a range they cover the
 * builds. With one they cover the range up to now, so that time without builds is visible.
 *
 * @returns undefined if there is nothing to cover
 */
export function timeline(
  field: DateField,
  buckets: readonly { readonly key: number; readonly doc_count: number }[],
  ranges: readonly RangeFilter[],
  now = Date.now(),
): Timeline | undefined {
  const { from, to } = rangeOf(field, ranges);
  const newest = buckets.at(-1)?.key;
  const first = from ?? buckets[0]?.key;
  const isCovered = from !== undefined || to !== undefined;
  const last = isCovered ? Math.min(to ?? Number.POSITIVE_INFINITY, Math.max(newest ?? now, now)) : newest;
  if (first === undefined || last === undefined || last < first) return undefined;
  const least = isShort(field, ranges, now) ? hour : day;
  const step = steps.find(
    (candidate) => candidate.milliseconds >= least && (last - first) / candidate.milliseconds < mostBars - 1,
  );
  // No step is long enough for the earliest dates that a range can name.
  if (step === undefined) return isCovered ? timeline(field, buckets, [], now) : undefined;
  const counts = new Map<number, number>();
  for (const { key, doc_count } of buckets) {
    const start = step.start(key);
    counts.set(start, (counts.get(start) ?? 0) + doc_count);
  }
  const bars: [number, number][] = [];
  for (let start = step.start(first); start <= last; start = step.start(start, 1)) {
    bars.push([start, counts.get(start) ?? 0]);
  }
  return { field, interval: step.name, bars, end: step.start(bars.at(-1)?.[0] ?? last, 1) };
}

/** Whether the bars are hours; a range without an end ends now. */
function isShort(field: DateField, ranges: readonly RangeFilter[], now = Date.now()): boolean {
  const { from, to = now } = rangeOf(field, ranges);
  return from !== undefined && to - from <= 8 * day;
}

function rangeOf(field: DateField, ranges: readonly RangeFilter[]): { from?: number; to?: number } {
  const bounds = (sign: string) =>
    ranges
      .filter((range) => range.field === field && range.operator.startsWith(sign))
      .map(({ value }) => value);
  const lower = bounds('>');
  const upper = bounds('<');
  return {
    ...(lower.length > 0 && { from: Math.max(...lower) }),
    ...(upper.length > 0 && { to: Math.min(...upper) }),
  };
}

function fixed(name: string, milliseconds: number, offset = 0): Step {
  return {
    name,
    milliseconds,
    start: (time, ahead = 0) => (Math.floor((time - offset) / milliseconds) + ahead) * milliseconds + offset,
  };
}

function months(name: string, length: number): Step {
  return {
    name,
    milliseconds: length * 30.44 * day,
    start(time, ahead = 0) {
      const date = new Date(time);
      const month = date.getUTCFullYear() * 12 + date.getUTCMonth();
      const from = (Math.floor(month / length) + ahead) * length;
      const start = new Date(0);
      // Date.UTC takes the years 0 to 99 for the twentieth century.
      start.setUTCFullYear(Math.floor(from / 12), from - Math.floor(from / 12) * 12, 1);
      return start.getTime();
    },
  };
}
