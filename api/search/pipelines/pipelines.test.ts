import { describe, expect, it } from 'vitest';
import { fromPlain, type JsonObject } from '../../../schema/json/json-value.ts';
import { SearchRefusal } from '../search-refusal.ts';
import { correctAnswer } from './correct-answer.ts';
import { takePipelines } from './take-pipelines.ts';

const histogram = { field: 'x', interval: 'year' };
const max = { max: { field: 'y' } };

/** What comes of an answer's aggregation `x` with such pipelines below it. */
function corrected(pipelines: Record<string, unknown>, x: unknown, type = 'date_histogram'): unknown {
  const body = fromPlain({
    aggs: { x: { [type]: histogram, aggs: { m: max, ...pipelines } } },
  }) as JsonObject;
  const corrections = takePipelines(body);
  expect(body).toEqual(fromPlain({ aggs: { x: { [type]: histogram, aggs: { m: max } } } }));
  return JSON.parse(correctAnswer(Buffer.from(JSON.stringify({ aggregations: { x } })), corrections))
    .aggregations.x;
}

const bucket = (key: number, doc_count: number, value: number | null) => ({ key, doc_count, m: { value } });
const year = 365 * 86_400_000;
const buckets = [bucket(0, 1, 10), bucket(year, 2, 30), bucket(2 * year, 0, null), bucket(3 * year, 1, 60)];
const valuesOf = (answer: unknown) =>
  (answer as { buckets: { d?: { value: number } }[] }).buckets.map(({ d }) => d?.value);

describe('pipelines, as Elasticsearch 6.7.1 answered them', () => {
  it('derivative', () => {
    const answer = corrected({ d: { derivative: { buckets_path: 'm' } } }, { buckets });
    expect(valuesOf(answer)).toEqual([undefined, 20, null, null]);
    const perDay = corrected({ d: { derivative: { buckets_path: 'm', unit: 'day' } } }, { buckets });
    expect(perDay).toMatchObject({ buckets: [{}, { d: { value: 20, normalized_value: 20 / 365 } }, {}, {}] });
    const counts = corrected({ d: { derivative: { buckets_path: '_count' } } }, { buckets });
    expect(valuesOf(counts)).toEqual([undefined, 1, -2, 1]);
    const zeros = corrected(
      { d: { derivative: { buckets_path: 'm', gap_policy: 'insert_zeros' } } },
      { buckets },
    );
    expect(valuesOf(zeros)).toEqual([undefined, 20, -30, 60]);
  });

  it('serial_diff', () => {
    expect(valuesOf(corrected({ d: { serial_diff: { buckets_path: 'm' } } }, { buckets }))).toEqual([
      undefined,
      20,
      undefined,
      undefined,
    ]);
    expect(valuesOf(corrected({ d: { serial_diff: { buckets_path: 'm', lag: 3 } } }, { buckets }))).toEqual([
      undefined,
      undefined,
      undefined,
      50,
    ]);
  });

  it('moving_avg', () => {
    const average = (options: object) =>
      valuesOf(corrected({ d: { moving_avg: { buckets_path: 'm', ...options } } }, { buckets }));
    expect(average({})).toEqual([undefined, 10, undefined, 20]);
    expect(average({ window: 1 })).toEqual([undefined, 10, undefined, 30]);
    expect(average({ model: 'linear' })).toEqual([undefined, 5, undefined, 17.5]);
    expect(average({ model: 'ewma', settings: { alpha: 0.5 } })).toEqual([undefined, 10, undefined, 20]);
  });

  it('bucket_sort', () => {
    const keys = (sort: object, type?: string, x: unknown = { buckets }) =>
      (corrected({ s: { bucket_sort: sort } }, x, type) as { buckets: { key: number }[] }).buckets.map(
        ({ key }) => key / year,
      );
    expect(keys({ sort: [{ m: { order: 'desc' } }] })).toEqual([3, 1, 0]);
    expect(keys({ sort: [{ m: 'desc' }], size: 1, from: 1 })).toEqual([1]);
    expect(keys({ sort: ['m'], gap_policy: 'insert_zeros' }, 'terms')).toEqual([2, 0, 1, 3]);
    expect(keys({ sort: [{ _count: 'desc' }, { _key: 'desc' }] })).toEqual([1, 3, 0, 2]);
    expect(keys({ from: 1, size: 2 })).toEqual([1, 2]);
    const keyed = { buckets: { a: bucket(0, 1, 10), b: bucket(1, 1, 20) } };
    const sorted = corrected({ s: { bucket_sort: { sort: [{ m: 'desc' }] } } }, keyed) as { buckets: object };
    expect(Object.keys(sorted.buckets)).toEqual(['b', 'a']);
  });

  it('has what the client gave it along', () => {
    const d = { derivative: { buckets_path: 'm' }, meta: { a: 1 } };
    expect(corrected({ d }, { buckets })).toMatchObject({
      buckets: [{}, { d: { meta: { a: 1 }, value: 20 } }, {}, {}],
    });
  });

  it('one after another', () => {
    const twice = { d: { derivative: { buckets_path: 'm' } }, e: { derivative: { buckets_path: 'd' } } };
    const answer = corrected(twice, { buckets }) as { buckets: { e?: unknown }[] };
    expect(answer.buckets.map(({ e }) => e)).toEqual([
      undefined,
      undefined,
      { value: null },
      { value: null },
    ]);
    const pipelines = {
      s: { bucket_sort: { sort: [{ d: 'desc' }], size: 1 } },
      d: { derivative: { buckets_path: 'm', gap_policy: 'insert_zeros' } },
    };
    expect(corrected(pipelines, { buckets })).toMatchObject({
      buckets: [{ key: 3 * year, d: { value: 60 } }],
    });
  });

  it('in every bucket around them, and beside values of several kinds', () => {
    const inner = {
      date_histogram: histogram,
      aggs: { s: { stats: { field: 'y' } }, d: { derivative: { buckets_path: 's.avg' } } },
    };
    const body = fromPlain({
      aggs: { f: { filter: {}, aggs: { t: { terms: {}, aggs: { x: inner } } } } },
    }) as JsonObject;
    const corrections = takePipelines(body);
    const x = { buckets: [1, 4].map((avg) => ({ key: avg, doc_count: 1, s: { count: 1, avg } })) };
    const answer = { aggregations: { f: { doc_count: 2, t: { buckets: [{ key: 'a', doc_count: 1, x }] } } } };
    const text = correctAnswer(Buffer.from(JSON.stringify(answer)), corrections);
    expect(text).toContain('{"key": 4, "doc_count": 1, "s": {"count": 1, "avg": 4}, "d": {"value": 3.0}}');
  });

  it.each([
    [{ derivative: { buckets_path: 'zz' } }, 'No aggregation found for path [zz]'],
    [{ derivative: {} }, 'Missing required field [buckets_path] for aggregation [d]'],
    [{ derivative: { buckets_path: 'm', unit: 'x' } }, /`unit`.*second/],
    [{ serial_diff: { buckets_path: 'm', lag: 0 } }, /`lag`/],
    [{ moving_avg: { buckets_path: 'm', model: 'holt' } }, /models simple/],
    [{ moving_avg: { buckets_path: 'm', predict: 5 } }, /without predictions/],
    [{ bucket_sort: { sort: [5] } }, /list of names/],
    [{ bucket_sort: {} }, /configured to perform nothing/],
    [{ derivative: { buckets_path: 'm', gap_policy: 'x' } }, /gap_policy/],
  ])('%j is refused', (d, message) => {
    expect(() => corrected({ d }, { buckets })).toThrow(SearchRefusal);
    expect(() => corrected({ d }, { buckets })).toThrow(message);
  });

  it('are refused where there are no buckets in a row', () => {
    const take = (aggs: unknown) => () => takePipelines(fromPlain({ aggs }) as JsonObject);
    const d = { derivative: { buckets_path: 'm' } };
    const message =
      'derivative aggregation [d] must have a histogram, date_histogram or auto_date_histogram as parent';
    expect(take({ x: { terms: {}, aggs: { m: max, d } } })).toThrow(message);
    expect(take({ d })).toThrow(message);
    expect(take({ d: { bucket_sort: {} } })).toThrow('Only sibling pipeline aggregations');
  });
});

describe('members of values', () => {
  const fixed = (type: string, answer: unknown) => {
    const corrections = takePipelines(fromPlain({ aggs: { x: { [type]: {} } } }) as JsonObject);
    return JSON.parse(
      correctAnswer(Buffer.from(JSON.stringify({ aggregations: { x: answer } })), corrections),
    ).aggregations.x;
  };

  it('are those of Elasticsearch 6', () => {
    expect(fixed('stats', { count: 0, min: null, sum: 0 })).toEqual({ count: 0, min: null, sum: null });
    expect(
      fixed('extended_stats', {
        count: 1,
        sum: 2,
        variance: 0,
        variance_population: 0,
        variance_sampling: null,
        std_deviation_bounds: { upper: 1, lower: 0, upper_population: 1, lower_sampling: null },
      }),
    ).toEqual({ count: 1, sum: 2, variance: 0, std_deviation_bounds: { upper: 1, lower: 0 } });
    expect(fixed('percentiles', { values: { '1.0': null, '5.0': 2 } })).toEqual({
      values: { '1.0': 'NaN', '5.0': 2 },
    });
    expect(fixed('percentiles', { values: [{ key: 1, value: null }] })).toEqual({
      values: [{ key: 1, value: null }],
    });
  });
});
