/*
 * Every metric of Buildhub, with what it means. Temporal's own (`temporal_...`) and those of Node (`process_...`,
 * `nodejs_...`) come beside them; docs/observability.md says which process has which.
 *
 * Plain data: this file is bundled with the workflows too.
 */

export interface Metric<
  T extends 'counter' | 'gauge' | 'histogram' = 'counter' | 'gauge' | 'histogram',
  L extends string = string,
> {
  readonly type: T;
  readonly name: string;
  readonly help: string;
  readonly labels: readonly L[];
  /** Values of the only label of a counter. Each is exported from the start, see {@link counter}. */
  readonly known: readonly string[];
  /** Upper limits of a histogram's buckets, in seconds. */
  readonly buckets: readonly number[];
}

/**
 * A count that only rises; its name ends with `_total`.
 *
 * @param known values of its only label. Each is exported from the start, as 0: a series that begins with its first
 * event would hide that event from `increase` and `rate`, and so from alerts
 */
function counter<L extends string = never>(
  name: `buildhub_${string}_total`,
  help: string,
  labels: readonly L[] = [],
  known: readonly string[] = [],
): Metric<'counter', L> {
  return { type: 'counter', name, help, labels, known, buckets: [] };
}

function gauge<L extends string = never>(
  name: `buildhub_${string}`,
  help: string,
  labels: readonly L[] = [],
): Metric<'gauge', L> {
  return { type: 'gauge', name, help, labels, known: [], buckets: [] };
}

/** Durations in seconds, counted by how long they were. */
function histogram<L extends string = never>(
  name: `buildhub_${string}_seconds`,
  help: string,
  buckets: readonly number[],
  labels: readonly L[] = [],
): Metric<'histogram', L> {
  return { type: 'histogram', name, help, labels, known: [], buckets };
}

const outcomes = ['ingested', 'unchanged', 'invalid', 'missing'] as const;
export const refusalKinds = [
  'syntax',
  'limit',
  'not_allowed',
  'elasticsearch',
  'time_limit',
  'busy',
  'unavailable',
] as const;

/** Of a response. */
const responseSeconds = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Of something that a build waits for: usually a second, hours after an outage. */
const waitSeconds = [0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 900, 3_600, 21_600, 86_400];

export const processMetrics = {
  info: gauge('buildhub_build_info', '1, with the version and the commit of the code that runs', [
    'process',
    'version',
    'commit',
  ]),
};

export const pollerMetrics = {
  received: counter(
    'buildhub_poller_messages_received_total',
    'SQS messages received, redeliveries included',
  ),
  started: counter(
    'buildhub_poller_workflows_started_total',
    'Messages for which Temporal accepted a workflow: `started`, or `duplicate` if the same write was known',
    ['result'],
    ['started', 'duplicate'],
  ),
  ignored: counter(
    'buildhub_poller_records_ignored_total',
    'Records of S3 events that start nothing, by reason, such as removals and keys other than *buildhub.json',
    ['reason'],
  ),
  unreadable: counter(
    'buildhub_poller_messages_unreadable_total',
    'Messages that are not an S3 event; each becomes a failed workflow that shows the body',
  ),
  rejected: counter(
    'buildhub_poller_messages_rejected_total',
    'Messages whose start Temporal rejects permanently, which the poller has moved to the dead-letter queue',
  ),
  deleted: counter(
    'buildhub_poller_messages_deleted_total',
    'Messages deleted from SQS after Temporal had accepted their workflow',
  ),
  deleteFailures: counter(
    'buildhub_poller_delete_failures_total',
    'Messages that SQS did not delete after several attempts; it delivers them again as duplicates',
  ),
  errors: counter(
    'buildhub_poller_errors_total',
    'Requests that failed and are retried, by service: `sqs` or `temporal`',
    ['service'],
    ['sqs', 'temporal'],
  ),
  inFlight: gauge(
    'buildhub_poller_messages_in_flight',
    'Messages received and neither deleted nor given back yet',
  ),
  maxInFlight: gauge('buildhub_poller_max_in_flight', 'Messages that the poller may have in flight'),
  paused: gauge(
    'buildhub_poller_paused',
    '1 while the poller does not receive because too many workflow tasks wait for a worker',
  ),
  lastReceive: gauge(
    'buildhub_poller_last_receive_timestamp_seconds',
    'Unix time of the last response of SQS to a receive, with or without messages; until the first one, of the start',
  ),
  oldestReceived: gauge(
    'buildhub_poller_oldest_message_age_seconds',
    'Age of the oldest message in the last response of SQS, 0 if it had none: how far ingestion is behind',
  ),
  lag: histogram(
    'buildhub_poller_message_age_seconds',
    'Age of a message (since it was sent to SQS) when Temporal accepted its workflow',
    waitSeconds,
  ),
};

/**
 * Of the worker. Activities and workflows count them where they happen, by the meter of Temporal's SDK (see
 * telemetry/record.ts), which adds the labels `namespace`, `taskQueue` and `activityType` or `workflowType`. What a step
 * costs and how often it fails is in Temporal's own metrics.
 */
export const workerMetrics = {
  messages: counter(
    'buildhub_ingestion_messages_total',
    `SQS messages that were handled, by outcome: ${outcomes.join(', ')}, unreadable, or partly if the outcomes of its objects differ`,
    ['outcome'],
    [...outcomes, 'unreadable', 'partly'],
  ),
  objects: counter(
    'buildhub_ingestion_objects_total',
    `S3 objects that were handled for a message, by outcome: ${outcomes.join(', ')}`,
    ['outcome'],
    outcomes,
  ),
  putToIndexed: histogram(
    'buildhub_ingestion_put_to_indexed_seconds',
    'From the time of an S3 event until Elasticsearch has all builds of its object: how late a build becomes searchable',
    waitSeconds,
  ),
  inserted: counter('buildhub_builds_inserted_total', 'Builds that were new in PostgreSQL, by activity', [
    'activityType',
  ]),
  indexed: counter(
    'buildhub_builds_indexed_total',
    'Documents that Elasticsearch acknowledged, repeated ones included, by activity',
    ['activityType'],
  ),
  backfillKeys: counter(
    'buildhub_backfill_keys_total',
    'Keys that backfills have processed, by state: all that were `listed`, those that `matched` a buildhub.json, and the result of these',
    ['state'],
    ['listed', 'matched'],
  ),
};

export const apiMetrics = {
  requests: counter('buildhub_api_requests_total', 'HTTP responses, by route, method and status', [
    'route',
    'method',
    'status',
  ]),
  requestSeconds: histogram(
    'buildhub_api_request_duration_seconds',
    'Time from a request to its response, by route',
    responseSeconds,
    ['route'],
  ),
  searches: counter(
    'buildhub_api_search_requests_total',
    'Searches, of programs and of the search page, that were understood and sent to Elasticsearch, by HTTP method',
    ['method'],
  ),
  searchSeconds: histogram(
    'buildhub_api_search_duration_seconds',
    'Time until Elasticsearch responded to a search, including the network; for the search page, to all searches of one page',
    responseSeconds,
  ),
  searchesInFlight: gauge(
    'buildhub_api_searches_in_flight',
    'Searches that Elasticsearch is working on for this process',
  ),
  searchesRefused: counter(
    'buildhub_api_searches_refused_total',
    `Searches that were refused or failed, by kind: ${refusalKinds.join(', ')}`,
    ['kind'],
    refusalKinds,
  ),
  hits: gauge('buildhub_api_search_records', 'Builds that the last search found'),
  hitsTotal: counter('buildhub_api_search_records_total', 'Builds that all searches found, added up'),
};

/** Of the stores, as the API probes them when it is scraped. A store that is down has only `up`. */
export const storeMetrics = {
  up: gauge('buildhub_store_up', '1 if the store responded to the last probe within the time limit', [
    'store',
  ]),
  probeSeconds: gauge('buildhub_store_probe_seconds', 'Duration of the last probe of the store', ['store']),
  builds: gauge('buildhub_builds', 'Builds in PostgreSQL, estimated from its statistics'),
  newestBuild: gauge(
    'buildhub_newest_build_timestamp_seconds',
    'Unix time at which the newest build was inserted',
  ),
  unindexed: gauge(
    'buildhub_unindexed_builds',
    'Builds in PostgreSQL for more than a minute that are not in the index, except those that Elasticsearch rejected; ' +
      'counted up to 10,000',
  ),
  quarantined: gauge(
    'buildhub_quarantined',
    'Failures to look at: S3 objects that are invalid or missing, SQS messages that are unreadable',
    ['outcome'],
  ),
  unsearchable: gauge(
    'buildhub_unsearchable_builds',
    'Builds that Elasticsearch acknowledged more than a minute ago and that a search does not find, of the newest 1,000',
  ),
  documents: gauge('buildhub_index_documents', 'Documents behind the alias that is searched'),
  queueMessages: gauge(
    'buildhub_queue_messages',
    'Messages in SQS, by state: visible, in_flight or delayed',
    ['state'],
  ),
  deadLetters: gauge('buildhub_dead_letters', 'Messages in the dead-letter queue, by state', ['state']),
  oldestDeadLetter: gauge(
    'buildhub_dead_letters_oldest_timestamp_seconds',
    'Unix time at which the oldest of (up to ten) dead letters was first sent; absent if there are none',
  ),
  backlog: gauge('buildhub_task_queue_backlog', 'Tasks that wait in Temporal for a worker, by type of task', [
    'type',
  ]),
  backlogAge: gauge('buildhub_task_queue_backlog_age_seconds', 'Age of the oldest of them', ['type']),
  pollers: gauge(
    'buildhub_task_queue_pollers',
    'Processes that polled Temporal in the last 90 seconds, by type of task',
    ['type'],
  ),
  retrying: gauge(
    'buildhub_ingestions_retrying',
    'Ingestions that wait for a service: a step has failed and Temporal retries it',
  ),
};

export const allMetrics = { processMetrics, pollerMetrics, workerMetrics, apiMetrics, storeMetrics };
