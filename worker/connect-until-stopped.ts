import type { NativeConnection } from '@temporalio/worker';
import type { Config } from '../config/config.ts';
import type { Logger } from '../telemetry/logger.ts';
import { connectNative } from '../temporal/native-connection.ts';
import { backOff } from './poller/backoff.ts';

/**
 * Connects to Temporal, and waits for it where it is away: a process that starts before Temporal does must not fall
 * over, whatever restarts it.
 *
 * @returns undefined where the signal came first
 */
export async function connectUntilStopped(
  config: Pick<Config, 'TEMPORAL_ADDRESS' | 'TEMPORAL_API_KEY'>,
  logger: Logger,
  signal: AbortSignal,
): Promise<NativeConnection | undefined> {
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      return await connectNative(config);
    } catch (error) {
      logger.error(
        { err: error, address: config.TEMPORAL_ADDRESS, attempt },
        'Cannot reach Temporal; trying again',
      );
      await backOff(attempt, signal);
    }
  }
  return undefined;
}
