import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import type { Registry } from 'prom-client';
import { createSqsClient } from '../aws/clients.ts';
import { sqsQueue } from '../aws/message-queue.ts';
import { type Config, ConfigError } from '../config/config.ts';
import type { Logger } from '../telemetry/logger.ts';
import { pollerMetrics } from '../telemetry/metrics.ts';
import { createMetricsPage, registerMetrics } from '../telemetry/metrics-page.ts';
import { startTracing } from '../telemetry/start-tracing.ts';
import { traceAwsClient } from '../telemetry/tracing.ts';
import { connectionOptions } from '../temporal/connection.ts';
import { type CreateActivities, createWorker, createWorkerActivities } from './create-worker.ts';
import { type HealthCheck, serveHealth } from './health-server.ts';
import { backOff, Poller } from './poller.ts';
import { RunningIngestions } from './running-ingestions.ts';
import { installTemporalRuntime } from './temporal-runtime.ts';

/** Which parts a process runs. Both together are fastest, see {@link RunningIngestions}. */
export interface Parts {
  readonly worker: boolean;
  readonly poller: boolean;
}

/**
 * Runs the ingestion process until the signal aborts, then finishes what is in flight: the poller first, so that nothing
 * new begins, then the worker. Ends within SHUTDOWN_SECONDS, also if a service is frozen.
 *
 * @param activities creates the worker's activities; a benchmark brings its own
 * @throws {ConfigError} if a poller is wanted and SQS_QUEUE_URL is not set; otherwise whatever ended the worker
 */
export async function run(
  config: Config,
  parts: Parts,
  logger: Logger,
  signal: AbortSignal,
  activities: CreateActivities = createWorkerActivities,
): Promise<void> {
  if (parts.poller && !config.SQS_QUEUE_URL) {
    throw new ConfigError('The poller needs SQS_QUEUE_URL (see docs/configuration.md)');
  }
  const temporal = await installTemporalRuntime(logger);
  await using resources = new AsyncDisposableStack();
  const page = createMetricsPage(nameOf(parts));
  page.append(temporal.readMetrics);
  const tracing = await startTracing(config, nameOf(parts), logger);
  if (tracing) resources.defer(tracing.stop);
  const checks: Record<string, HealthCheck> = {
    temporal: () => 'not connected yet',
    ...(parts.worker && { worker: () => 'starting' }),
  };
  const liveness: Record<string, HealthCheck> = {};
  const health = await serveHealth(config, page, checks, liveness);
  resources.defer(health.close);
  logger.info({ url: health.url, ...parts }, 'Serving health and metrics');

  const connection = await connectUntilStopped(config, logger, signal);
  if (!connection) return;
  resources.defer(() => connection.close());
  checks.temporal = () => describeNamespace(connection, config.TEMPORAL_NAMESPACE);

  const running = parts.worker ? new RunningIngestions() : undefined;
  const worker = running
    ? await createWorker(
        config,
        connection,
        activities(config, logger, resources, liveness, running),
        tracing,
        running,
      )
    : undefined;
  const working = worker?.run();
  if (worker) checks.worker = () => (worker.getState() === 'RUNNING' ? undefined : worker.getState());

  const client = new Client({
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    ...(tracing && { interceptors: { workflow: [tracing.clientInterceptor] } }),
  });
  const poller = parts.poller ? createPoller(config, client, running, page.registry, logger) : undefined;
  const polling = poller?.run();
  if (poller) liveness.poller = () => (poller.isStuck() ? 'neither receives nor starts anything' : undefined);
  logger.info({ taskQueue: config.TEMPORAL_TASK_QUEUE, queueUrl: config.SQS_QUEUE_URL, ...parts }, 'Ready');

  try {
    // A worker that ends before it is shut down has failed, and its promise rejects.
    await Promise.race([signal.aborted || once(signal, 'abort'), ...(working ? [working] : [])]);
  } finally {
    logger.info('Stopping');
    poller?.stop();
    // A poller that waits for a frozen SQS must not use up the time of the worker; what it starts later, others run.
    const seconds = config.SHUTDOWN_SECONDS;
    const drained = within(seconds * 850, polling);
    await within(seconds * 300, drained);
    if (worker?.getState() === 'RUNNING') worker.shutdown();
    await Promise.all([working, drained]);
  }
}

async function within(milliseconds: number, promise: Promise<void> | undefined): Promise<void> {
  await Promise.race([promise, sleep(milliseconds, undefined, { ref: false })]);
}

/**
 * Connects to Temporal, and waits while it is down or does not know the namespace: a process that starts before Temporal
 * does must not exit, whatever restarts it.
 *
 * @returns undefined if the signal came first
 */
async function connectUntilStopped(
  config: Config,
  logger: Logger,
  signal: AbortSignal,
): Promise<NativeConnection | undefined> {
  for (let attempt = 0; !signal.aborted; attempt++) {
    let connection: NativeConnection | undefined;
    try {
      connection = await NativeConnection.connect(connectionOptions(config));
      await describeNamespace(connection, config.TEMPORAL_NAMESPACE);
      return connection;
    } catch (error) {
      await connection?.close();
      const { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace } = config;
      logger.error({ err: error, address, namespace, attempt }, 'Temporal is not ready; retrying');
      await backOff(attempt, signal);
    }
  }
  return undefined;
}

function createPoller(
  config: Config,
  client: Client,
  running: RunningIngestions | undefined,
  registry: Registry,
  logger: Logger,
): Poller {
  const sqs = createSqsClient(config);
  if (config.OTEL_EXPORTER_OTLP_ENDPOINT) traceAwsClient(sqs, 'SQS');
  const settings = {
    waitSeconds: config.SQS_WAIT_SECONDS,
    visibilitySeconds: config.SQS_VISIBILITY_SECONDS,
    deadLetterUrl: config.SQS_DEAD_LETTER_QUEUE_URL,
  };
  const queue = sqsQueue(sqs, config.SQS_QUEUE_URL ?? '', settings, (error) =>
    logger.warn({ err: error }, 'SQS did not delete messages'),
  );
  const starter = { client, taskQueue: config.TEMPORAL_TASK_QUEUE, eager: running !== undefined };
  const metrics = registerMetrics(pollerMetrics, registry);
  return new Poller({ queue, starter, settings: config, logger, metrics, running });
}

/** What the process is called in `buildhub_build_info`. */
function nameOf({ worker, poller }: Parts): string {
  return worker && poller ? 'worker-and-poller' : worker ? 'worker' : 'poller';
}

async function describeNamespace(connection: NativeConnection, namespace: string): Promise<undefined> {
  await connection.withDeadline(Date.now() + 2_000, () =>
    connection.workflowService.describeNamespace({ namespace }),
  );
}
