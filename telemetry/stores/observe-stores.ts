import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Client as ElasticsearchClient } from '@elastic/elasticsearch';
import type { Client as TemporalClient } from '@temporalio/client';
import type { Registry } from 'prom-client';
import type { Config } from '../../config/config.ts';
import type { Database } from '../../drizzle/connect.ts';
import { makeMetrics } from '../declare-metrics.ts';
import type { Logger } from '../logger.ts';
import { storeMetrics } from '../metrics.ts';
import { emptyGauge } from './empty-gauge.ts';
import { lookAtElasticsearch } from './look-at-elasticsearch.ts';
import { lookAtPostgres } from './look-at-postgres.ts';
import { lookAtDeadLetters, lookAtQueue } from './look-at-queue.ts';
import { lookAtTemporal } from './look-at-temporal.ts';
import { storeLooks } from './store-looks.ts';

/** Clients of the stores. */
export interface Stores {
  readonly database: Database;
  readonly elasticsearch: ElasticsearchClient;
  readonly sqs: SQSClient;
  readonly temporal: TemporalClient;
}

/**
 * Registers the gauges of the stores: of the queues only where the configuration names them.
 *
 * @returns what brings them up to date, see {@link storeLooks}
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
  const metrics = makeMetrics(storeMetrics, registry);
  Object.values(metrics).forEach(emptyGauge);
  const { SQS_QUEUE_URL: queue, SQS_DEAD_LETTER_QUEUE_URL: deadLetters } = config;
  const looks = [
    lookAtPostgres(database, metrics),
    lookAtElasticsearch(elasticsearch, config.ELASTICSEARCH_INDEX, metrics),
    lookAtTemporal(temporal, config.TEMPORAL_TASK_QUEUE, metrics),
    ...(queue ? [lookAtQueue(sqs, queue, metrics)] : []),
    ...(deadLetters ? [lookAtDeadLetters(sqs, deadLetters, metrics)] : []),
  ];
  return storeLooks(looks, metrics, logger);
}
