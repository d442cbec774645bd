import type { Client } from '@temporalio/client';
import type { Registry } from 'prom-client';
import { createSqsClient } from '../aws/clients.ts';
import type { Config } from '../config/config.ts';
import { makeMetrics } from '../telemetry/declare-metrics.ts';
import type { Logger } from '../telemetry/logger.ts';
import { pollerMetrics } from '../telemetry/metrics.ts';
import { traceAwsClient } from '../telemetry/tracing/trace-aws-client.ts';
import { Poller } from './poller/poller.ts';
import type { RunningIngestions } from './poller/running-ingestions.ts';

/**
 * A poller for the queue of the configuration.
 *
 * @param running what the worker on the client's connection in this process is at, if there is one: Temporal may hand
 * it the first task of each workflow at once
 */
export function createPoller(
  config: Config,
  client: Client,
  running: RunningIngestions | undefined,
  registry: Registry,
  logger: Logger,
): Poller {
  const starter = { client, taskQueue: config.TEMPORAL_TASK_QUEUE, eager: running !== undefined };
  const metrics = makeMetrics(pollerMetrics, registry);
  const sqs = createSqsClient(config);
  if (config.OTEL_EXPORTER_OTLP_ENDPOINT) traceAwsClient(sqs, 'SQS');
  return new Poller(sqs, config.SQS_QUEUE_URL ?? '', starter, config, logger, metrics, running);
}
