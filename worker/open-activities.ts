import { type Activities, createActivities } from '../activities/activities.ts';
import { createS3Client } from '../aws/clients.ts';
import type { Config } from '../config/config.ts';
import { readVersion } from '../config/version.ts';
import { connect } from '../drizzle/connect.ts';
import { createElasticsearchClient } from '../elasticsearch/client.ts';
import type { Logger } from '../telemetry/logger.ts';

/**
 * Makes the activities that a worker runs.
 *
 * @param resources takes what is opened for them, to be closed after the worker has stopped
 */
export type OpenActivities = (config: Config, logger: Logger, resources: AsyncDisposableStack) => Activities;

/** The activities on the stores of the configuration, none of which need be there: whatever waits is retried. */
export const openActivities: OpenActivities = (config, logger, resources) => {
  const { database, close } = connect(config, logger, 'buildhub worker');
  resources.defer(close);
  return createActivities({
    s3: createS3Client(config),
    database,
    elasticsearch: createElasticsearchClient(config),
    indexAlias: config.ELASTICSEARCH_INDEX,
    refreshInterval: config.ELASTICSEARCH_REFRESH_INTERVAL,
    maxObjectBytes: config.S3_MAX_OBJECT_BYTES,
    metadata: JSON.stringify(readVersion()),
  });
};
