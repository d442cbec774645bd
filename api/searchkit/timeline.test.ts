import { expect, it } from 'vitest';
import { timeline, timelineAggregation } from './timeline.ts';

const at = (date: string) => Date.parse(`${date}Z`);
const bucket = (date: string, doc_count = 1) => ({ key: at(date), doc_count });
const day = 86_400_000;

it('counts by day if there are few days, and shows those without builds', () => {
  expect(timeline('build.date', [bucket('2026-03-01T00:00', 2), bucket('2026-03-03T00:00', 5)], [])).toEqual({
    field: 'build.date',
    interval: 'day',
    bars: [
      [at('2026-03-01T00:00'), 2],
      [at('2026-03-02T00:00'), 0],
      [at('2026-03-03T00:00'), 5],
    ],
    end: at('2026-03-04T00:00'),
  });
});

it.each([
  ['2026-01-01T00:00', '2026-12-31T00:00', 'week', '2025-12-29T00:00'],
  ['2020-01-15T00:00', '2026-12-31T00:00', 'month', '2020-01-01T00:00'],
  ['2011-06-01T00:00', '2026-12-31T00:00', 'quarter', '2011-04-01T00:00'],
  ['1960-06-01T00:00', '2026-12-31T00:00', 'year', '1960-01-01T00:00'],
])('from %s to %s a bar is a %s', (first, last, interval, start) => {
  const result = timeline('build.date', [bucket(first), bucket(last, 3)], []);
  expect(result?.interval).toBe(interval);
  expect(result?.bars[0]).toEqual([at(start), 1]);
  expect(result?.bars.at(-1)?.[1]).toBe(3);
  expect(result?.bars.length).toBeLessThanOrEqual(140);
});

it('loses no build, whatever the dates', () => {
  const buckets = [-62_135_596_800_000, 0, 1_559_000_000_000, 253_402_214_400_000].map((key) => ({
    key,
    doc_count: 7,
  }));
  const result = timeline('download.date', buckets, []);
  expect(result?.bars.reduce((sum, [, count]) => sum + count, 0)).toBe(28);
  expect(result?.bars.length).toBeLessThanOrEqual(140);
  expect(result?.end).toBeGreaterThan(253_402_214_400_000);
});

it('covers the whole range that a person chose, and an open one up to now', () => {
  const ranges = [
    { field: 'build.date', operator: '>=', value: at('2026-03-01T00:00') },
    { field: 'build.date', operator: '<=', value: at('2026-03-31T00:00') - 1 },
  ] as const;
  const buckets = [bucket('2026-03-10T00:00', 2)];
  const closed = timeline('build.date', buckets, ranges);
  expect(closed?.bars).toHaveLength(30);
  expect(closed?.end).toBe(at('2026-03-31T00:00'));
  expect(timeline('build.date', [], ranges)?.bars).toHaveLength(30);
  const open = timeline('build.date', buckets, ranges.slice(0, 1), at('2026-03-20T06:00'));
  expect(open?.bars).toHaveLength(20);
  const early = timeline('build.date', buckets, ranges.slice(1), at('2026-03-12T06:00'));
  expect(early?.bars.map(([, count]) => count)).toEqual([2, 0, 0]);
  const ages = [{ field: 'build.date', operator: '>=', value: -8.64e15 }] as const;
  expect(timeline('build.date', buckets, ages)?.bars).toEqual([[at('2026-03-10T00:00'), 2]]);
});

it('looks at hours in a range of a week or less, also if it ends now', () => {
  const from = at('2026-03-01T00:00');
  const ranges = [
    { field: 'build.date', operator: '>=', value: from },
    { field: 'build.date', operator: '<=', value: from + 3 * day },
  ] as const;
  expect(timelineAggregation('build.date', ranges).date_histogram.fixed_interval).toBe('1h');
  expect(timelineAggregation('download.date', ranges).date_histogram.fixed_interval).toBe('1d');
  expect(timelineAggregation('build.date', ranges.slice(0, 1)).date_histogram.fixed_interval).toBe('1d');
  const yesterday = [{ field: 'build.date', operator: '>=', value: Date.now() - day }] as const;
  expect(timelineAggregation('build.date', yesterday).date_histogram.fixed_interval).toBe('1h');
  expect(timeline('build.date', [], yesterday)?.bars.length).toBeGreaterThanOrEqual(24);
  expect(timeline('build.date', [bucket('2026-03-01T05:00')], ranges)?.interval).toBe('hour');
});

it('is absent without builds', () => {
  expect(timeline('build.date', [], [])).toBeUndefined();
});
