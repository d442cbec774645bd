import type { Logger } from '../telemetry/logger.ts';

/**
 * Runs a process until it ends or receives a signal (SIGTERM from an orchestrator, SIGINT from a keyboard),
 * and gives it a limited time to finish what it holds. A second signal ends it at once.
 *
 * SIGHUP and SIGPIPE are not handled: the first would hide a lost terminal, the second belongs to broken pipes.
 *
 * @param seconds how long stopping may take before the process is ended with exit code 1
 */
export async function untilStopped(
  run: (signal: AbortSignal) => Promise<void>,
  seconds: number,
  logger: Logger,
): Promise<void> {
  const stop = new AbortController();
  const onSignal = (signal: NodeJS.Signals) => {
    if (stop.signal.aborted) {
      logger.fatal({ signal }, 'Second signal: exiting at once');
      process.exit(1);
    }
    logger.info({ signal, seconds }, 'Shutting down: finishing the work in flight');
    stop.abort();
    setTimeout(() => {
      logger.fatal(
        { seconds },
        'Shutdown timed out; exiting with work in flight (another worker will retry it)',
      );
      process.exit(1);
    }, seconds * 1_000).unref();
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  try {
    await run(stop.signal);
    logger.info('Stopped');
  } finally {
    process.off('SIGTERM', onSignal);
    process.off('SIGINT', onSignal);
  }
}
