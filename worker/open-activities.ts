import { type Activities, createActivities } from '../activities/activities.ts';
import { createS3Client } from '../aws/clients.ts';
import type { Config } from '../config/config.ts';
import { readVersion } from '../config/version.ts';
import { connect } from '../drizzle/connect.ts';
import { createElasticsearchClient } from '../elasticsearch/client.ts';
import type { Logger } from '../telemetry/logger.ts';
import { traceAwsClient } from '../telemetry/tracing/trace-aws-client.ts';
import { tracePool } from '../telemetry/tracing/trace-pool.ts';

/**
 * Makes the activities that a worker runs.
 *
 * @param resources takes what is opened for them, to be closed after the worker has stopped
 */
export type OpenActivities = (config: Config, logger: Logger, resources: AsyncDisposableStack) => Activities;

/** The activities on the stores of the configuration, none of which need be there: whatever waits is retried. */
export const openActivities: OpenActivities = (config, logger, resources) => {
  const { database, pool, close } = connect(config, logger, 'buildhub worker');
  resources.defer(close);
  const s3 = createS3Client(config);
  // The client of Elasticsearch makes spans by itself.
  if (config.OTEL_EXPORTER_OTLP_ENDPOINT) {
    tracePool(pool);
    traceAwsClient(s3, 'S3');
  }
  return createActivities({
    s3,
    database,
    buildhub2DatabaseUrl: config.BUILDHUB2_DATABASE_URL,
    elasticsearch: createElasticsearchClient(config),
    indexAlias: config.ELASTICSEARCH_INDEX,
    refreshInterval: config.ELASTICSEARCH_REFRESH_INTERVAL,
    maxObjectBytes: config.S3_MAX_OBJECT_BYTES,
    metadata: JSON.stringify(readVersion()),
  });
};
