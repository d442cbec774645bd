import { Client } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { type Config, ConfigError } from '../config/config.ts';
import type { Logger } from '../telemetry/logger.ts';
import { createMetricsPage } from '../telemetry/metrics-page.ts';
import { startTracing } from '../telemetry/tracing/start-tracing.ts';
import { connectUntilStopped } from './connect-until-stopped.ts';
import { createPoller } from './create-poller.ts';
import { createWorker } from './create-worker.ts';
import { type HealthCheck, serveHealth } from './health-server.ts';
import { observeWorker } from './observe-worker.ts';
import { type OpenActivities, openActivities } from './open-activities.ts';
import { RunningIngestions } from './poller/running-ingestions.ts';
import { installTemporalRuntime } from './temporal-runtime.ts';

/** Which parts a process runs. Both together are fastest: the poller hands workflows straight to the worker. */
export interface Parts {
  readonly worker: boolean;
  readonly poller: boolean;
}

/**
 * Runs the ingestion process until the signal says stop, then finishes what is in hand: the poller first, so that
 * nothing new begins, then the worker.
 *
 * @param open makes the worker's activities; a benchmark brings others
 * @throws {ConfigError} without SQS_QUEUE_URL where a poller is wanted; whatever ended the worker otherwise
 */
export async function run(
  config: Config,
  parts: Parts,
  logger: Logger,
  signal: AbortSignal,
  open: OpenActivities = openActivities,
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
  const health = await serveHealth(config, page, checks);
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
        open(config, logger, resources),
        observeWorker(page.registry, tracing, running),
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
  logger.info({ taskQueue: config.TEMPORAL_TASK_QUEUE, queueUrl: config.SQS_QUEUE_URL, ...parts }, 'Ready');

  try {
    // A worker that ends before it is told to has failed, and its promise rejects.
    await Promise.race([aborted(signal), ...(working ? [working] : [])]);
  } finally {
    logger.info('Stopping');
    poller?.stop();
    await polling;
    if (worker?.getState() === 'RUNNING') worker.shutdown();
    await working;
  }
}

/** What the process is called in `buildhub_build_info`. */
function nameOf({ worker, poller }: Parts): string {
  return worker && poller ? 'worker-and-poller' : worker ? 'worker' : 'poller';
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

async function describeNamespace(connection: NativeConnection, namespace: string): Promise<undefined> {
  await connection.withDeadline(Date.now() + 2_000, () =>
    connection.workflowService.describeNamespace({ namespace }),
  );
}
