import { fileURLToPath } from 'node:url';
import { type NativeConnection, Worker } from '@temporalio/worker';
import { createActivities } from '../activities/activities.ts';
import { createS3Client } from '../aws/clients.ts';
import type { Config } from '../config/config.ts';
import { readVersion } from '../config/version.ts';
import { connect } from '../drizzle/connect.ts';
import { createElasticsearchClient } from '../elasticsearch/client.ts';
import type { Logger } from '../telemetry/logger.ts';

const workflowsPath = fileURLToPath(new URL('../workflows/index.ts', import.meta.url));

/**
 * The Temporal worker that runs Buildhub's workflows and activities. Bundles the workflows, which takes a few seconds.
 * PostgreSQL, Elasticsearch and S3 need not be there: whatever waits for them is retried.
 *
 * @param resources what the worker opens, to be closed after it has stopped
 * @throws when Temporal cannot be reached or the namespace does not exist
 */
export async function createWorker(
  config: Config,
  connection: NativeConnection,
  logger: Logger,
  resources: AsyncDisposableStack,
): Promise<Worker> {
  const { database, close } = connect(config, logger, 'buildhub worker');
  resources.defer(close);
  const activities = createActivities({
    s3: createS3Client(config),
    database,
    elasticsearch: createElasticsearchClient(config),
    indexAlias: config.ELASTICSEARCH_INDEX,
    refreshInterval: config.ELASTICSEARCH_REFRESH_INTERVAL,
    maxObjectBytes: config.S3_MAX_OBJECT_BYTES,
    metadata: JSON.stringify(readVersion()),
  });
  const concurrency = config.WORKER_CONCURRENCY;
  return await Worker.create({
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    taskQueue: config.TEMPORAL_TASK_QUEUE,
    workflowsPath,
    activities,
    maxConcurrentWorkflowTaskExecutions: concurrency,
    maxConcurrentLocalActivityExecutions: concurrency,
    maxConcurrentActivityTaskExecutions: concurrency,
    // The default share of pollers for new workflows starves workflows as short as these.
    workflowTaskPollerBehavior: { type: 'autoscaling', initial: 10, maximum: 50 },
    activityTaskPollerBehavior: { type: 'autoscaling' },
    // Most workflows live for one task: a large cache would only hold memory.
    maxCachedWorkflows: 500,
    shutdownGraceTime: config.SHUTDOWN_SECONDS * 500,
    shutdownForceTime: config.SHUTDOWN_SECONDS * 900,
  });
}
