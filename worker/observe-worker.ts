import { fileURLToPath } from 'node:url';
import type { Registry } from 'prom-client';
import { makeMetrics } from '../telemetry/declare-metrics.ts';
import { activityObserver } from '../telemetry/ingestion/activity-observer.ts';
import { observerSinks } from '../telemetry/ingestion/observer-sinks.ts';
import { workerMetrics } from '../telemetry/metrics.ts';
import type { Observation } from './create-worker.ts';

const workflowObserver = fileURLToPath(
  new URL('../telemetry/ingestion/workflow-observer.ts', import.meta.url),
);

/** Measures what a worker does, into a registry, and joins its log lines by the ids of what they are about. */
export function observeWorker(registry: Registry): Observation {
  const metrics = makeMetrics(workerMetrics, registry);
  return {
    interceptors: { activity: [activityObserver(metrics)], workflowModules: [workflowObserver] },
    sinks: observerSinks(metrics),
  };
}
