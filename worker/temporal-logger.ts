import { DefaultLogger, type LogEntry, Runtime } from '@temporalio/worker';
import type { Logger } from '../telemetry/logger.ts';

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/**
 * Sends what Temporal's SDK and the workflows log to the logger of the process, with the ids of workflow and run.
 * To be called once, before anything of Temporal's worker is made. Signals are left to the process.
 */
export function installTemporalLogger(logger: Logger): void {
  const write = ({ level, message, meta }: LogEntry) => {
    const { error, ...rest } = meta ?? {};
    logger[levels[level]]({ ...rest, ...(error === undefined ? {} : { err: error }) }, message);
  };
  Runtime.install({ logger: new DefaultLogger('INFO', write), shutdownSignals: [] });
}
