import { Command } from 'commander';
import { loadConfig } from '../../config/config.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { type Parts, run } from '../../worker/run.ts';
import { untilStopped } from '../until-stopped.ts';

async function runParts(name: string, parts: Parts): Promise<void> {
  const config = loadConfig();
  const logger = createLogger(name, config.LOG_LEVEL);
  await untilStopped((signal) => run(config, parts, logger, signal), config.SHUTDOWN_SECONDS, logger);
}

/** `buildhub worker`: the Temporal worker, with a poller in the same process unless told otherwise. */
export const workerCommand = new Command('worker')
  .description('run an ingestion process: the Temporal worker, and a poller that feeds it from SQS')
  .option('--no-poller', 'only the worker; `buildhub poller` is run elsewhere')
  .addHelpText(
    'after',
    `
Together in one process they are fastest, since Temporal hands a new workflow straight to the worker beside the poller.
Run as many as you like. SIGTERM stops receiving and finishes what is in hand, within SHUTDOWN_SECONDS.

Examples:
  $ buildhub worker
  $ buildhub worker --no-poller`,
  )
  .action(async ({ poller }: { poller: boolean }) => runParts('worker', { worker: true, poller }));

/** `buildhub poller`: only the poller. */
export const pollerCommand = new Command('poller')
  .description('run a poller alone: it starts a workflow for each SQS message')
  .addHelpText('after', '\nExample:\n  $ buildhub poller')
  .action(async () => runParts('poller', { worker: false, poller: true }));
