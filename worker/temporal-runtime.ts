import { DefaultLogger, type LogEntry, Runtime } from '@temporalio/worker';
import getPort from 'get-port';
import type { Logger } from '../telemetry/logger.ts';
import { temporalFields } from '../telemetry/temporal-fields.ts';

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** What is said at each start, of interest only where it goes wrong, which is an error. */
const chatter = /^(asset workflow-bundle-|Workflow bundle created|No Nexus services registered)/;

/**
 * Installs Temporal's runtime, once in a process and before anything of Temporal's worker is made. What the SDK and the
 * workflows log goes to the logger of the process, with the ids of workflow and run. Signals are left to the process.
 *
 * @returns how to read the metrics of Temporal's core (`temporal_...`), in Prometheus's text format
 */
export async function installTemporalRuntime(
  logger: Logger,
): Promise<{ readMetrics: () => Promise<string> }> {
  const write = ({ level, message, meta }: LogEntry) => {
    const usual = levels[level];
    logger[chatter.test(message) && usual === 'info' ? 'debug' : usual](temporalFields(meta), message);
  };
  // Core serves its metrics on a port of its own: on loopback, and passed on with those of the process.
  const host = '127.0.0.1';
  const bindAddress = `${host}:${await getPort({ host })}`;
  Runtime.install({
    logger: new DefaultLogger('INFO', write),
    shutdownSignals: [],
    telemetryOptions: {
      metrics: {
        prometheus: {
          bindAddress,
          countersTotalSuffix: true,
          unitSuffix: true,
          useSecondsForDurations: true,
        },
      },
    },
  });
  return {
    async readMetrics() {
      const answer = await fetch(`http://${bindAddress}/metrics`, { signal: AbortSignal.timeout(2_000) });
      return await answer.text();
    },
  };
}
