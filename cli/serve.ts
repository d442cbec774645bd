import { Command } from 'commander';
import { loadConfig } from '../config/config.ts';
import { createLogger } from '../telemetry/logger.ts';
import { untilStopped } from './until-stopped.ts';

/** `buildhub api`: the HTTP API and, once it is built, the web page. */
export function apiCommand(): Command {
  return new Command('api')
    .addHelpText(
      'after',
      `
Listens on API_HOST and API_PORT. On SIGTERM it finishes the requests in flight, within SHUTDOWN_SECONDS.

Example:
  $ buildhub api`,
    )
    .action(async () => {
      const config = loadConfig();
      const logger = createLogger('api', config.LOG_LEVEL);
      const { runApi } = await import('../api/run.ts');
      await untilStopped((signal) => runApi(config, logger, signal), config.SHUTDOWN_SECONDS, logger);
    });
}

/** `buildhub worker`: the Temporal worker, with a poller in the same process by default. */
export function workerCommand(): Command {
  return new Command('worker')
    .option('--no-poller', 'run only the worker, and `buildhub poller` separately')
    .addHelpText(
      'after',
      `
One process for both is fastest: Temporal passes a new workflow directly to the worker beside the poller. You can run any
number of processes. On SIGTERM a process stops receiving and finishes the work in flight, within SHUTDOWN_SECONDS.

Examples:
  $ buildhub worker
  $ buildhub worker --no-poller`,
    )
    .action(async ({ poller }: { poller: boolean }) => await runParts('worker', { worker: true, poller }));
}

export function pollerCommand(): Command {
  return new Command('poller')
    .addHelpText('after', '\nExample:\n  $ buildhub poller')
    .action(async () => await runParts('poller', { worker: false, poller: true }));
}

async function runParts(
  name: string,
  parts: { readonly worker: boolean; readonly poller: boolean },
): Promise<void> {
  const config = loadConfig();
  const logger = createLogger(name, config.LOG_LEVEL);
  const { run } = await import('../worker/run.ts');
  await untilStopped((signal) => run(config, parts, logger, signal), config.SHUTDOWN_SECONDS, logger);
}
