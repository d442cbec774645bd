import { DefaultLogger, type LogEntry, type LogMetadata, Runtime } from '@temporalio/worker';
import getPort from 'get-port';
import type { Logger } from '../telemetry/logger.ts';
import { workerMetrics } from '../telemetry/metrics.ts';

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** Lines of each start that are of interest only if it fails, which is an error. */
const chatter = /^(asset workflow-bundle-|Workflow bundle created|No Nexus services registered)/;

/**
 * Installs Temporal's runtime, once in a process and before anything of Temporal's worker is created. What the SDK and the
 * workflows log goes to the logger of the process, with the ids of workflow and run. The process handles signals itself.
 *
 * @returns how to read the metrics of Temporal's core (`temporal_...`), in Prometheus's text format
 */
export async function installTemporalRuntime(logger: Logger) {
  const write = ({ level, message, meta }: LogEntry) => {
    const usual = levels[level];
    logger[chatter.test(message) && usual === 'info' ? 'debug' : usual](temporalFields(meta), message);
  };
  const { putToIndexed } = workerMetrics;
  // Core serves its metrics on a port of its own: on loopback, and passed on with those of the process.
  const host = '127.0.0.1';
  const bindAddress = `${host}:${await getPort({ host })}`;
  Runtime.install({
    logger: new DefaultLogger('INFO', write),
    shutdownSignals: [],
    telemetryOptions: {
      metrics: {
        attachServiceName: false,
        prometheus: {
          bindAddress,
          countersTotalSuffix: true,
          unitSuffix: true,
          useSecondsForDurations: true,
          histogramBucketOverrides: { [putToIndexed.name]: [...putToIndexed.buckets] },
        },
      },
    },
  });
  return {
    async readMetrics() {
      const response = await fetch(`http://${bindAddress}/metrics`, { signal: AbortSignal.timeout(2_000) });
      return await response.text();
    },
  };
}

/** Names of log fields that differ from those of Temporal's SDK. */
const renamed: Readonly<Record<string, string>> = {
  workflowRunId: 'runId',
  activityType: 'activity',
  workflowType: 'workflow',
  sdkComponent: 'component',
  durationMs: 'milliseconds',
  error: 'err',
  trace_id: 'traceId',
  span_id: 'spanId',
};

/** The same in every line of a process, or of no use to a reader. */
const dropped = new Set(['taskToken', 'taskQueue', 'namespace', 'activityId', 'trace_flags']);

function temporalFields(meta: LogMetadata = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(meta)
      .filter(([name, value]) => value !== undefined && !dropped.has(name))
      .map(([name, value]) => [renamed[name] ?? name, value]),
  );
}
