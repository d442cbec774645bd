import {
  type ActivityInterceptorsFactory,
  type NativeConnection,
  Runtime,
  Worker,
  type WorkerOptions,
} from '@temporalio/worker';
import { type Activities, createActivities } from '../activities/activities.ts';
import { createS3Client } from '../aws/clients.ts';
import { type Config, ConfigError } from '../config/config.ts';
import { readVersion } from '../config/version.ts';
import { connect } from '../drizzle/connect.ts';
import { createElasticsearchClient } from '../elasticsearch/client.ts';
import { countResult } from '../telemetry/count-results.ts';
import { readIds } from '../telemetry/ingestion-ids.ts';
import type { Logger } from '../telemetry/logger.ts';
import { workerMetrics } from '../telemetry/metrics.ts';
import { count } from '../telemetry/record.ts';
import type { Tracing } from '../telemetry/start-tracing.ts';
import { annotateSpan, traceAwsClient, tracePool } from '../telemetry/tracing.ts';
import type { HealthCheck } from './health-server.ts';
import type { RunningIngestions } from './running-ingestions.ts';
import { shortFailure } from './short-failure.ts';
import { workflowBundle, workflowModules } from './workflow-bundle.ts';

/**
 * The Temporal worker that runs Buildhub's workflows and activities.
 *
 * @param tracing with it, workflows and activities are spans
 * @param running is notified of each ingestion that ends
 * @throws if Temporal cannot be reached or the namespace does not exist
 */
export async function createWorker(
  config: Config,
  connection: NativeConnection,
  activities: Activities,
  tracing?: Tracing,
  running?: RunningIngestions,
): Promise<Worker> {
  exportZeros(config);
  const concurrency = config.WORKER_CONCURRENCY;
  return await Worker.create({
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    taskQueue: config.TEMPORAL_TASK_QUEUE,
    workflowBundle: await workflowBundle(workflowModules(tracing !== undefined)),
    activities,
    interceptors: {
      // Tracing's come first, so that the others find the active span.
      activity: [
        ...(tracing?.workerInterceptors.activity ?? []),
        activityIds,
        ...(running ? [running.activityInterceptor] : []),
      ],
    },
    ...(tracing && { sinks: tracing.sinks }),
    ...deploymentVersion(config),
    // A task lasts as long as its local activities, and every poll reserves a slot too. Without a free one Temporal
    // cannot return the first task together with the start, which saves it a quarter of its work.
    maxConcurrentWorkflowTaskExecutions: 2 * concurrency,
    maxConcurrentLocalActivityExecutions: concurrency,
    maxConcurrentActivityTaskExecutions: concurrency,
    // The default share of pollers for new workflows starves workflows as short as these.
    workflowTaskPollerBehavior: { type: 'autoscaling', initial: 10, maximum: 50 },
    activityTaskPollerBehavior: { type: 'autoscaling' },
    // Most workflows live for one task: a large cache would only hold memory.
    maxCachedWorkflows: 500,
    // Long activities learn from their heartbeats that they were cancelled.
    maxHeartbeatThrottleInterval: '3 seconds',
    shutdownGraceTime: config.SHUTDOWN_SECONDS * 300,
    shutdownForceTime: config.SHUTDOWN_SECONDS * 600,
  });
}

/** Gives the spans and log lines of an activity the ids of what it is about, and its failure a size that Temporal takes. */
const activityIds: ActivityInterceptorsFactory = ({ info }) => {
  let ids = {};
  return {
    inbound: {
      async execute(input, next) {
        ids = readIds(input.headers);
        annotateSpan(ids);
        const result = await next(input).catch((error) => {
          throw shortFailure(error);
        });
        countResult(info.activityType, input.args, result);
        return result;
      },
    },
    outbound: { getLogAttributes: (attributes, next) => next({ ...attributes, ...ids }) },
  };
};

/** Exports counters with known labels as 0 from the start; each has the labels that the SDK adds where it counts. */
function exportZeros({ TEMPORAL_NAMESPACE: namespace, TEMPORAL_TASK_QUEUE: taskQueue }: Config): void {
  const meter = Runtime.instance().metricMeter.withTags({ namespace, taskQueue });
  const { messages, objects, backfillKeys } = workerMetrics;
  for (const [metric, where] of [
    [messages, { workflowType: 'ingestMessage' }],
    [objects, { workflowType: 'ingestMessage' }],
    [backfillKeys, { activityType: 'backfillRange' }],
  ] as const) {
    const [label = ''] = metric.labels;
    for (const value of metric.known) count(meter, metric, 0, { ...where, [label]: value });
  }
}

/**
 * Creates the activities that a worker runs.
 *
 * @param resources takes what is opened for them, to be closed after the worker has stopped
 * @param liveness takes checks for states that only a restart ends
 */
export type CreateActivities = (
  config: Config,
  logger: Logger,
  resources: AsyncDisposableStack,
  liveness: Record<string, HealthCheck>,
  running: RunningIngestions,
) => Activities;

/** The activities on the stores of the configuration. The stores may be down: what needs them is retried. */
export const createWorkerActivities: CreateActivities = (config, logger, resources, liveness, running) => {
  const { database, pool, close, isWedged } = connect(config, logger, 'buildhub worker');
  resources.defer(close);
  liveness.postgres = () => (isWedged() ? 'no connection of the pool was returned for a minute' : undefined);
  const s3 = createS3Client(config);
  // The client of Elasticsearch makes spans itself.
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
    giveWay: () => running.giveWay(),
    metadata: JSON.stringify(readVersion()),
  });
};

/**
 * Temporal's Worker Deployment, if the configuration names one: Temporal then gives tasks only to the version that an
 * operator has made current, and can shift them gradually, or back. An ingestion stays with the version that began it
 * (`PINNED`), so a version has to run until its last one has ended, as the Worker Controller sees to. Operations, which may
 * take days, continue with the new version.
 *
 * @throws {ConfigError} if only one of the two variables is set
 */
export function deploymentVersion(
  config: Pick<Config, 'TEMPORAL_DEPLOYMENT_NAME' | 'TEMPORAL_WORKER_BUILD_ID'>,
): Pick<WorkerOptions, 'workerDeploymentOptions'> {
  const { TEMPORAL_DEPLOYMENT_NAME: deploymentName, TEMPORAL_WORKER_BUILD_ID: buildId } = config;
  if (!deploymentName && !buildId) return {};
  if (!deploymentName || !buildId)
    throw new ConfigError('Set both TEMPORAL_DEPLOYMENT_NAME and TEMPORAL_WORKER_BUILD_ID, or neither');
  return {
    workerDeploymentOptions: {
      useWorkerVersioning: true,
      version: { deploymentName, buildId },
      defaultVersioningBehavior: 'AUTO_UPGRADE',
    },
  };
}
