import { Command } from 'commander';
import { defaultFolders } from '../../stack/paths.ts';
import { runTasks } from '../../stack/tasks.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { describeSystem } from '../local/describe-system.ts';
import { startLocalSystem } from '../local/local-system.ts';
import { publishAndWait } from '../local/publish-and-wait.ts';
import { parseCount } from './publish-samples.ts';

/** `buildhub start`, which `npm start` calls: the whole system on this machine. */
export const startCommand = new Command('start')
  .description('run the whole system on this machine, with sample builds, until Ctrl-C')
  .option('--samples <number>', 'sample builds to publish; 0 for none', parseCount, 400)
  .option('--state-dir <folder>', 'where data, logs and env file are', defaultFolders().stateDir)
  .addHelpText(
    'after',
    `
Starts PostgreSQL, Elasticsearch, Temporal and stand-ins for S3 and SQS (or uses those whose address is in the
environment), then API, worker and poller. Addresses go into .stack/env, logs into .stack/logs. Data is kept for the
next start; "npm run reset" deletes it.

Examples:
  $ npm start
  $ npm start -- --samples 5000`,
  )
  .action(async ({ samples, stateDir }: { samples: number; stateDir: string }) => {
    const signal = stopSignal();
    const system = await startLocalSystem({
      ...defaultFolders(),
      stateDir,
      persistent: true,
      report: 'auto',
      signal,
      onEvent: (line) => process.stderr.write(`${line}\n`),
    });
    try {
      if (samples > 0) {
        const logger = createLogger('start', 'warn');
        const run = async (note: (text: string) => void) =>
          `${await publishAndWait(system.config, samples, logger, note, signal)} builds can be found`;
        await runTasks([{ title: 'Sample builds', run }], 'auto', signal);
      }
      process.stdout.write(describeSystem(system));
      await stopped(signal);
    } finally {
      await system.stop();
      process.stderr.write('Stopped. The data is kept for the next start.\n');
    }
  });

/** Aborted by the first Ctrl-C or SIGTERM; another one changes nothing, since everything is being stopped already. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (!controller.signal.aborted) process.stderr.write('\nStopping: finishing what is in hand ...\n');
      controller.abort(new Error('Interrupted.'));
    });
  }
  return controller.signal;
}

async function stopped(signal: AbortSignal): Promise<void> {
  // A pending promise alone does not keep a process alive.
  const alive = setInterval(() => undefined, 60_000);
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
  clearInterval(alive);
}
