import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Every metric of the poller, with what it means. */
export function createPollerMetrics(registry: Registry) {
  const registers = [registry];
  return {
    received: new Counter({
      name: 'buildhub_poller_messages_received_total',
      help: 'SQS messages received, redeliveries included',
      registers,
    }),
    started: new Counter({
      name: 'buildhub_poller_workflows_started_total',
      help: 'Messages for which Temporal accepted a workflow: `started`, or `duplicate` where the same write was known',
      labelNames: ['result'],
      registers,
    }),
    ignored: new Counter({
      name: 'buildhub_poller_records_ignored_total',
      help: 'Records of S3 events that start nothing, by reason; such as removals and keys other than *buildhub.json',
      labelNames: ['reason'],
      registers,
    }),
    unreadable: new Counter({
      name: 'buildhub_poller_messages_unreadable_total',
      help: 'Messages that are no S3 event; each becomes a failed workflow that shows the body',
      registers,
    }),
    rejected: new Counter({
      name: 'buildhub_poller_messages_rejected_total',
      help: 'Messages whose start Temporal rejects for good; they stay in SQS and go to its dead-letter queue',
      registers,
    }),
    deleted: new Counter({
      name: 'buildhub_poller_messages_deleted_total',
      help: 'Messages deleted from SQS after Temporal had accepted their workflow',
      registers,
    }),
    deleteFailures: new Counter({
      name: 'buildhub_poller_delete_failures_total',
      help: 'Messages that SQS did not delete after several attempts; they come again as duplicates',
      registers,
    }),
    errors: new Counter({
      name: 'buildhub_poller_errors_total',
      help: 'Requests that failed and are tried again, by service: `sqs` or `temporal`',
      labelNames: ['service'],
      registers,
    }),
    inHand: new Gauge({
      name: 'buildhub_poller_messages_in_hand',
      help: 'Messages received and not yet deleted or given back',
      registers,
    }),
    slots: new Gauge({
      name: 'buildhub_poller_slots',
      help: 'Messages that the poller has in hand at most',
      registers,
    }),
    paused: new Gauge({
      name: 'buildhub_poller_paused',
      help: '1 while the poller receives nothing because too many workflow tasks wait for a worker',
      registers,
    }),
    lastReceive: new Gauge({
      name: 'buildhub_poller_last_receive_timestamp_seconds',
      help: 'Unix time of the last answer of SQS to a receive, with or without messages',
      registers,
    }),
    lag: new Histogram({
      name: 'buildhub_poller_message_age_seconds',
      help: 'Age of a message (since it was sent to SQS) when Temporal accepted its workflow',
      buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 900, 3_600, 21_600, 86_400],
      registers,
    }),
    startDuration: new Histogram({
      name: 'buildhub_poller_start_seconds',
      help: 'Time that Temporal took to accept a workflow',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
  };
}

/** The metrics of one poller. */
export type PollerMetrics = ReturnType<typeof createPollerMetrics>;
