import type { Registry } from 'prom-client';
import { apiMetrics } from '../telemetry/metrics.ts';
import { createMetricsPage, registerMetrics } from '../telemetry/metrics-page.ts';

/** Registers gauges of the stores and returns what updates them. */
export type ObserveStores = (registry: Registry) => () => Promise<void>;

/** The metrics of the API and the page that shows them. Each app has its own, so that several fit into one process. */
export function createMetrics(observeStores?: ObserveStores) {
  const page = createMetricsPage('api');
  if (observeStores) page.beforeEach(observeStores(page.registry));
  return { page, ...registerMetrics(apiMetrics, page.registry) };
}

export type Metrics = ReturnType<typeof createMetrics>;
