import { fileURLToPath } from 'node:url';
import { Client as TemporalClient } from '@temporalio/client';
import { createS3Client, createSqsClient } from '../aws/clients.ts';
import type { Config } from '../config/config.ts';
import { connect } from '../drizzle/connect.ts';
import { countBuilds } from '../drizzle/queries/builds.ts';
import { createElasticsearchClient } from '../elasticsearch/client.ts';
import { observeStores } from '../operations/store-probes.ts';
import type { Logger } from '../telemetry/logger.ts';
import { connectWithoutRetry } from '../temporal/connection.ts';
import { createApp } from './app.ts';
import { healthChecks } from './dockerflow/health-checks.ts';
import { listen } from './listen.ts';

const staticRoot = fileURLToPath(new URL('../ui/dist', import.meta.url));

/**
 * Runs the API until `stop` aborts, then finishes the requests in flight. It starts even if PostgreSQL, Elasticsearch or
 * S3 are down; `/__heartbeat__` reports that.
 *
 * @throws when the port cannot be listened on
 */
export async function runApi(config: Config, logger: Logger, stop: AbortSignal): Promise<void> {
  const postgres = connect(config, logger, 'buildhub api');
  const { database, isWedged } = postgres;
  const connection = connectWithoutRetry(config);
  const stores = {
    database,
    elasticsearch: createElasticsearchClient(config),
    s3: createS3Client(config),
    sqs: createSqsClient(config),
    temporal: new TemporalClient({ connection, namespace: config.TEMPORAL_NAMESPACE }),
  };
  try {
    const app = createApp({
      ...stores,
      config,
      logger,
      isWedged,
      staticRoot,
      countBuilds: () => countBuilds(database),
      healthChecks: healthChecks(config, stores),
      observeStores: (registry) => observeStores(config, stores, registry, logger),
    });
    await listen(app, { host: config.API_HOST, port: config.API_PORT, logger, stop });
  } finally {
    stores.s3.destroy();
    stores.sqs.destroy();
    await Promise.all([stores.elasticsearch.close(), postgres.close(), connection.close()]);
  }
}
