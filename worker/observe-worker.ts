import type { Registry } from 'prom-client';
import { makeMetrics } from '../telemetry/declare-metrics.ts';
import { activityObserver } from '../telemetry/ingestion/activity-observer.ts';
import { observerSinks } from '../telemetry/ingestion/observer-sinks.ts';
import { workerMetrics } from '../telemetry/metrics.ts';
import type { Tracing } from '../telemetry/tracing/start-tracing.ts';
import type { Observation } from './create-worker.ts';
import type { RunningIngestions } from './running-ingestions.ts';
import { workflowModules } from './workflow-bundle.ts';

/**
 * Measures what a worker does, into a registry, and joins its log lines by the ids of what they are about. With tracing,
 * workflows and activities are spans too.
 *
 * @param running is notified of each ingestion that ends
 */
export function observeWorker(
  registry: Registry,
  tracing?: Tracing,
  running?: RunningIngestions,
): Observation {
  const metrics = makeMetrics(workerMetrics, registry);
  return {
    interceptors: {
      activity: [
        ...(tracing?.workerInterceptors.activity ?? []),
        activityObserver(metrics),
        ...(running ? [running.activityInterceptor] : []),
      ],
      workflowModules: workflowModules(tracing !== undefined),
    },
    sinks: { ...tracing?.sinks, ...observerSinks(metrics) },
  };
}
