import type { InjectedSinks } from '@temporalio/worker';
import type { Sinks } from '@temporalio/workflow';
import type { WorkerMetrics } from '../metrics.ts';

/** An object of a message, as the metrics need it. */
export interface ObservedObject {
  readonly outcome: string;
  /** Time of the event, ISO 8601. */
  readonly eventTime?: string | undefined;
}

/** What workflows tell the worker, outside of their history and never on replay. */
export interface ObserverSinks extends Sinks {
  observer: {
    messageDone(outcome: string, objects: readonly ObservedObject[]): void;
  };
}

const searchable = new Set(['ingested', 'unchanged']);

/** Counts what became of messages and objects. */
export function observerSinks(metrics: WorkerMetrics): InjectedSinks<ObserverSinks> {
  return {
    observer: {
      messageDone: {
        callDuringReplay: false,
        fn(_, outcome, objects) {
          metrics.messages.inc({ outcome });
          for (const object of objects) {
            metrics.objects.inc({ outcome: object.outcome });
            const eventAt = Date.parse(object.eventTime ?? '');
            if (!searchable.has(object.outcome) || Number.isNaN(eventAt)) continue;
            // A clock that differs from that of S3 by a little must not make time run backwards.
            metrics.putToIndexed.observe(Math.max(0, Date.now() - eventAt) / 1_000);
          }
        },
      },
    },
  };
}
