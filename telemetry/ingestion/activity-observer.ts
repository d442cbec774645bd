import type { Context } from '@temporalio/activity';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { WorkerMetrics } from '../metrics.ts';
import { annotateSpan } from '../tracing/in-span.ts';
import { spanAttributes } from '../tracing/span-attributes.ts';
import { countResult } from './count-results.ts';
import { readIds } from './ingestion-ids.ts';

/** Measures each attempt of an activity, and gives the lines that it logs the ids of what it is about. */
export function activityObserver(metrics: WorkerMetrics): ActivityInterceptorsFactory {
  return (context) => {
    const { activityType: activity, isLocal, workflowType: workflow = 'none' } = context.info;
    const labels = { activity, kind: isLocal ? 'local' : 'regular' } as const;
    let ids: Readonly<Record<string, unknown>> = {};
    return {
      inbound: {
        async execute(input, next) {
          ids = readIds(input.headers);
          annotateSpan(spanAttributes(ids));
          metrics.activitiesRunning.inc(labels);
          const began = performance.now();
          let outcome = 'completed';
          try {
            const result = await next(input);
            countResult(activity, workflow, input.args, result, metrics);
            return result;
          } catch (error) {
            outcome = wasCancelled(context) ? 'cancelled' : 'failed';
            throw error;
          } finally {
            metrics.activitiesRunning.dec(labels);
            metrics.activitySeconds.observe({ ...labels, outcome }, (performance.now() - began) / 1_000);
          }
        },
      },
      outbound: { getLogAttributes: (attributes, next) => next({ ...attributes, ...ids }) },
    };
  };
}

/** An attempt that ran out of time is told so in the same way as one that nobody wants any more. */
function wasCancelled({ cancellationSignal: { aborted, reason } }: Context): boolean {
  return aborted && !(reason instanceof Error && reason.message === 'TIMED_OUT');
}
