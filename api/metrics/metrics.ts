import type { Registry } from 'prom-client';
import { makeMetrics } from '../../telemetry/declare-metrics.ts';
import { apiMetrics } from '../../telemetry/metrics.ts';
import { createMetricsPage } from '../../telemetry/metrics-page.ts';

/** Registers gauges of the stores and returns what brings them up to date. */
export type ObserveStores = (registry: Registry) => () => Promise<void>;

/** The metrics of the API and the page that shows them, each app's apart so that several can be in one process. */
export function createMetrics(observeStores?: ObserveStores) {
  const page = createMetricsPage('api');
  if (observeStores) page.beforeEach(observeStores(page.registry));
  return { page, ...makeMetrics(apiMetrics, page.registry) };
}

/** What the parts of the API count with. */
export type Metrics = ReturnType<typeof createMetrics>;
