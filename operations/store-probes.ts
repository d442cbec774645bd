import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Client as ElasticsearchClient } from '@elastic/elasticsearch';
import type { Client as TemporalClient } from '@temporalio/client';
import { LRUCache } from 'lru-cache';
import type { Gauge, Registry } from 'prom-client';
import { receiveDeadLetters, sentTime } from '../aws/dead-letters.ts';
import { readQueueState } from '../aws/queue-state.ts';
import type { Config } from '../config/config.ts';
import type { Database } from '../drizzle/connect.ts';
import { newestIndexed, readStoreState } from '../drizzle/queries/store-state.ts';
import { missingDocuments } from '../elasticsearch/snapshot.ts';
import type { Logger } from '../telemetry/logger.ts';
import { storeMetrics } from '../telemetry/metrics.ts';
import { registerMetrics, type StoreMetrics } from '../telemetry/metrics-page.ts';
import { readTaskQueueState, retryingQuery } from '../temporal/task-queue-state.ts';
import { within } from './within.ts';

export interface Stores {
  readonly database: Database;
  readonly elasticsearch: ElasticsearchClient;
  readonly sqs: SQSClient;
  readonly temporal: TemporalClient;
}

type Reading = readonly [gauge: Gauge<string>, value: number, labels?: Readonly<Record<string, string>>];

export interface StoreProbe {
  /** Such as `postgres`; the label `store` of what is measured about the probe itself. */
  readonly store: string;
  /** What it may find. They have no value while the store is down, since an old value looks like a current one. */
  readonly gauges: readonly Gauge<string>[];
  probe(): Promise<readonly Reading[]>;
}

/**
 * Registers the gauges of the stores: of the queues only if the configuration names them.
 *
 * @returns what brings them up to date, see {@link probeStores}
 */
export function observeStores(
  config: Pick<
    Config,
    'ELASTICSEARCH_INDEX' | 'SQS_QUEUE_URL' | 'SQS_DEAD_LETTER_QUEUE_URL' | 'TEMPORAL_TASK_QUEUE'
  >,
  { database, elasticsearch, sqs, temporal }: Stores,
  registry: Registry,
  logger: Logger,
): () => Promise<void> {
  const metrics = registerMetrics(storeMetrics, registry);
  Object.values(metrics).forEach(emptyGauge);
  const { SQS_QUEUE_URL: queue, SQS_DEAD_LETTER_QUEUE_URL: deadLetters } = config;
  const probes = [
    probePostgres(database, metrics),
    probeElasticsearch(elasticsearch, database, config.ELASTICSEARCH_INDEX, metrics),
    probeTemporal(temporal, config.TEMPORAL_TASK_QUEUE, metrics),
    ...(queue ? [probeQueue(sqs, queue, metrics)] : []),
    ...(deadLetters ? [probeDeadLetters(sqs, deadLetters, metrics)] : []),
  ];
  return probeStores(probes, metrics, logger);
}

/** Milliseconds that a scrape waits for a store; Prometheus itself waits ten seconds by default. */
const timeLimit = 3_000;
/** Milliseconds that a reading is good for, so that several scrapers cost the stores no more than one. */
const keptFor = 10_000;

/**
 * Probes all stores at the same time when it is called, none of them more often than every ten seconds. A store that
 * does not respond in time is down, and does not delay the others.
 *
 * @returns what brings the gauges up to date; it never rejects
 */
export function probeStores(
  probes: readonly StoreProbe[],
  metrics: Pick<StoreMetrics, 'up' | 'probeSeconds'>,
  logger: Logger,
): () => Promise<void> {
  const refreshes = probes.map((probe) => {
    // A late probe is joined, not begun again: a slow store must not get more to do.
    const probed = new LRUCache<'now', true>({
      max: 1,
      ttl: keptFor,
      perf: performance,
      fetchMethod: () => probeOnce(probe, metrics, logger),
    });
    return () => within(probed.forceFetch('now'), timeLimit).catch(() => markDown(probe, metrics));
  });
  return async () => void (await Promise.all(refreshes.map((refresh) => refresh())));
}

async function probeOnce(
  probe: StoreProbe,
  metrics: Pick<StoreMetrics, 'up' | 'probeSeconds'>,
  logger: Logger,
): Promise<true> {
  const { store } = probe;
  const began = performance.now();
  try {
    const readings = await probe.probe();
    probe.gauges.forEach(emptyGauge);
    for (const [gauge, value, labels = {}] of readings) gauge.set(labels, value);
    metrics.up.set({ store }, 1);
  } catch (error) {
    logger.warn({ err: error, store }, 'A store is down, so its metrics have no values');
    markDown(probe, metrics);
  }
  metrics.probeSeconds.set({ store }, (performance.now() - began) / 1_000);
  return true;
}

function markDown({ store, gauges }: StoreProbe, { up }: Pick<StoreMetrics, 'up'>): void {
  up.set({ store }, 0);
  gauges.forEach(emptyGauge);
}

/** Removes every value. A gauge without labels has 0 after its creation and after a reset; this removes that too. */
function emptyGauge(gauge: Gauge<string>): void {
  gauge.reset();
  gauge.remove({});
}

function probePostgres(database: Database, metrics: StoreMetrics): StoreProbe {
  const { builds, newestBuild, unindexed, quarantined } = metrics;
  return {
    store: 'postgres',
    gauges: [builds, newestBuild, unindexed, quarantined],
    async probe() {
      const state = await readStoreState(database);
      const newest = state.newestBuildAt?.getTime();
      return [
        [builds, state.builds],
        [unindexed, state.unindexed],
        ...(newest === undefined ? [] : [[newestBuild, newest / 1_000] as const]),
        ...(['invalid', 'missing', 'unreadable'] as const).map(
          (outcome) => [quarantined, state[outcome], { outcome }] as const,
        ),
      ];
    },
  };
}

/** How many of the newest builds are searched for: what a node loses or no longer refreshes is among them. */
const newest = 1_000;

function probeElasticsearch(
  client: ElasticsearchClient,
  database: Database,
  index: string,
  { documents, unsearchable }: StoreMetrics,
): StoreProbe {
  return {
    store: 'elasticsearch',
    gauges: [documents, unsearchable],
    async probe() {
      const { count } = await client.count({ index }, { requestTimeout: 10_000 });
      // That PostgreSQL is down, or hangs, is for its own probe.
      const ids = await within(newestIndexed(database, newest), 1_000).catch(() => undefined);
      if (ids === undefined) return [[documents, count]];
      const missing = await missingDocuments(client, { index }, ids, AbortSignal.timeout(10_000));
      return [
        [documents, count],
        [unsearchable, missing.length],
      ];
    },
  };
}

function probeTemporal(client: TemporalClient, taskQueue: string, metrics: StoreMetrics): StoreProbe {
  const { backlog, backlogAge, pollers, retrying } = metrics;
  const probeTasks = async (type: 'workflow' | 'activity'): Promise<Reading[]> => {
    const state = await readTaskQueueState(client, taskQueue, type);
    return [
      [backlog, state.backlog, { type }],
      [backlogAge, state.backlogAge, { type }],
      [pollers, state.workers, { type }],
    ];
  };
  const countRetrying = async (): Promise<Reading[]> => [
    [retrying, (await client.workflow.count(retryingQuery(taskQueue))).count],
  ];
  return {
    store: 'temporal',
    gauges: [backlog, backlogAge, pollers, retrying],
    probe: async () =>
      await client.withDeadline(Date.now() + 10_000, async () =>
        (await Promise.all([countRetrying(), probeTasks('workflow'), probeTasks('activity')])).flat(),
      ),
  };
}

function probeQueue(sqs: SQSClient, url: string, { queueMessages }: StoreMetrics): StoreProbe {
  return {
    store: 'queue',
    gauges: [queueMessages],
    probe: () => countByState(sqs, url, queueMessages),
  };
}

/**
 * How many dead letters there are and how old they are. The age comes from up to ten of them, received without hiding
 * them: that counts nothing against a dead letter, since its queue has no dead-letter queue of its own.
 */
function probeDeadLetters(sqs: SQSClient, url: string, metrics: StoreMetrics): StoreProbe {
  const { oldestDeadLetter, deadLetters } = metrics;
  return {
    store: 'dead_letters',
    gauges: [deadLetters, oldestDeadLetter],
    async probe() {
      const counts = await countByState(sqs, url, deadLetters);
      const isEmpty = counts.every(([, value, labels]) => labels?.state !== 'visible' || value === 0);
      const sent = isEmpty ? [] : (await receiveDeadLetters(sqs, url, 0)).map(sentTime);
      return sent.length === 0 ? counts : [...counts, [oldestDeadLetter, Math.min(...sent) / 1_000]];
    },
  };
}

async function countByState(sqs: SQSClient, url: string, gauge: Gauge<string>): Promise<Reading[]> {
  const { waiting, inFlight, delayed } = await readQueueState(sqs, url);
  return [
    [gauge, waiting, { state: 'visible' }],
    [gauge, inFlight, { state: 'in_flight' }],
    [gauge, delayed, { state: 'delayed' }],
  ];
}
