import { dateHistogramInterval } from '../old-dates.ts';
import { executionHint } from '../removed-options.ts';
import { termOrder } from '../term-order.ts';
import { a, agg, type RewriteCase } from './rewrite-case.ts';

/** Cases of rewrites of aggregations. */
export const aggregationCases: readonly RewriteCase[] = [
  [
    termOrder,
    agg({ terms: { field: 'x', order: { _term: 'desc' } } }),
    agg({ terms: { field: 'x', order: { _key: 'desc' } } }),
  ],
  [
    termOrder,
    agg({ terms: { field: 'x', order: [{ _count: 'asc' }, { _time: 'asc' }] } }),
    agg({ terms: { field: 'x', order: [{ _count: 'asc' }, { _key: 'asc' }] } }),
  ],
  [
    termOrder,
    agg({ filter: a, aggs: { b: { terms: { order: { _term: 'asc' } } } } }),
    agg({ filter: a, aggs: { b: { terms: { order: { _key: 'asc' } } } } }),
  ],
  [
    dateHistogramInterval,
    agg({ date_histogram: { field: 'x', interval: 'month' } }),
    agg({ date_histogram: { field: 'x', calendar_interval: 'month' } }),
  ],
  [
    dateHistogramInterval,
    agg({ date_histogram: { field: 'x', interval: '90m' } }),
    agg({ date_histogram: { field: 'x', fixed_interval: '90m' } }),
  ],
  [
    dateHistogramInterval,
    agg({ date_histogram: { field: 'x', interval: 5000 } }),
    agg({ date_histogram: { field: 'x', fixed_interval: '5000ms' } }),
  ],
  [
    dateHistogramInterval,
    agg({ composite: { sources: [{ d: { date_histogram: { interval: '1d' } } }] } }),
    agg({ composite: { sources: [{ d: { date_histogram: { calendar_interval: '1d' } } }] } }),
  ],
  [
    dateHistogramInterval,
    agg({ histogram: { field: 'x', interval: 5 } }),
    agg({ histogram: { field: 'x', interval: 5 } }),
  ],
  [
    executionHint,
    agg({ terms: { field: 'x', execution_hint: 'global_ordinals_hash' } }),
    agg({ terms: { field: 'x' } }),
  ],
  [
    executionHint,
    agg({ terms: { field: 'x', execution_hint: 'map' } }),
    agg({ terms: { field: 'x', execution_hint: 'map' } }),
  ],
];
