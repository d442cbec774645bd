import { fileURLToPath } from 'node:url';
import { Client as TemporalClient } from '@temporalio/client';
import { sql } from 'drizzle-orm';
import { createS3Client, createSqsClient } from '../aws/clients.ts';
import type { Config } from '../config/config.ts';
import { readVersion } from '../config/version.ts';
import { connect } from '../drizzle/connect.ts';
import { pendingMigrations } from '../drizzle/migrate.ts';
import { countBuilds } from '../drizzle/queries/builds.ts';
import { newestIndexed } from '../drizzle/queries/store-state.ts';
import { createElasticsearchClient } from '../elasticsearch/client.ts';
import { observeStores } from '../operations/store-probes.ts';
import type { Logger } from '../telemetry/logger.ts';
import { connectWithoutRetry } from '../temporal/connection.ts';
import { createApp } from './app.ts';
import { type ApiDependencies, defaultSettings } from './dependencies.ts';
import {
  checkDatabaseConnected,
  checkElasticsearch,
  checkMigrationsApplied,
  checkS3Bucket,
  checkSearchable,
} from './dockerflow/health-checks.ts';
import { listen } from './listen.ts';

const staticRoot = fileURLToPath(new URL('../ui/dist', import.meta.url));

/**
 * Runs the API until `stop` aborts, then finishes the requests in flight. It starts even if PostgreSQL, Elasticsearch or
 * S3 are down; `/__heartbeat__` reports that.
 *
 * @param stop aborts when the process has to end
 * @throws when the port cannot be listened on
 */
export async function runApi(config: Config, logger: Logger, stop: AbortSignal): Promise<void> {
  const elasticsearch = createElasticsearchClient(config);
  const postgres = connect(config, logger, 'buildhub api');
  const s3 = createS3Client(config);
  const sqs = createSqsClient(config);
  const connection = connectWithoutRetry(config);
  const temporal = new TemporalClient({ connection, namespace: config.TEMPORAL_NAMESPACE });
  const { database } = postgres;
  const dependencies: ApiDependencies = {
    elasticsearch,
    database,
    temporal,
    countBuilds: () => countBuilds(database),
    isWedged: postgres.isWedged,
    healthChecks: [
      checkDatabaseConnected(() => database.execute(sql`select 1`)),
      checkMigrationsApplied(() => pendingMigrations(database)),
      checkElasticsearch(elasticsearch, config.ELASTICSEARCH_URL, config.ELASTICSEARCH_INDEX),
      checkSearchable(
        elasticsearch,
        config.ELASTICSEARCH_INDEX,
        async () => (await newestIndexed(database, 1))[0],
      ),
      checkS3Bucket(s3, config.S3_BUCKET),
    ],
    readVersion,
    logger,
    operations: { temporal, s3, sqs, config },
    observeStores: (registry) =>
      observeStores(config, { database, elasticsearch, sqs, temporal }, registry, logger),
    settings: {
      ...defaultSettings,
      index: config.ELASTICSEARCH_INDEX,
      maxSearchSize: config.MAX_SEARCH_SIZE,
      searchTimeLimit: config.SEARCH_TIME_LIMIT_SECONDS * 1_000,
      searchesInFlight: config.SEARCHES_IN_FLIGHT,
      trustedHops: config.TRUSTED_PROXIES,
      allowedHosts: config.ALLOWED_HOSTS,
      hstsSeconds: config.HSTS_SECONDS,
      ...(config.CSP_REPORT_URI && { cspReportUri: config.CSP_REPORT_URI }),
      publicUrl: config.API_URL,
      temporalUiUrl: config.TEMPORAL_UI_URL,
      temporalNamespace: config.TEMPORAL_NAMESPACE,
      staticRoot,
    },
  };
  try {
    const app = createApp(dependencies);
    await listen(app, { host: config.API_HOST, port: config.API_PORT, logger, stop });
  } finally {
    s3.destroy();
    sqs.destroy();
    await Promise.all([elasticsearch.close(), postgres.close(), connection.close()]);
  }
}
