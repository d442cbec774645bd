import type { MetricMeter } from '@temporalio/common';
import type { Metric } from './metrics.ts';

/*
 * For activities and workflows, with the `metricMeter` of `@temporalio/activity` or `@temporalio/workflow`; bundled with
 * the latter. Core exports these metrics with Temporal's own, and appends `_total` to counters.
 */

/** Adds to a counter; in a workflow not on replay. */
export function count(
  meter: MetricMeter,
  { name, help }: Metric<'counter'>,
  amount = 1,
  labels: Readonly<Record<string, string>> = {},
): void {
  meter.createCounter(name.replace(/_total$/, ''), undefined, help).add(amount, labels);
}

/** Adds a duration to a histogram; in a workflow not on replay. A negative one counts as 0: clocks differ a little. */
export function observe(meter: MetricMeter, { name, help }: Metric<'histogram'>, seconds: number): void {
  meter.createHistogram(name, 'float', undefined, help).record(Math.max(0, seconds));
}
