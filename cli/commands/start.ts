import { Command } from 'commander';
import { parseCount } from '../parse-options.ts';

/** `buildhub start`, which `npm start` calls: the whole system on this machine. */
export const startCommand = new Command('start')
  .description('run the whole system on this machine, with sample builds, until Ctrl-C')
  .option('--samples <number>', 'sample builds to publish; 0 for none', parseCount, 400)
  .option('--state-dir <folder>', 'where data, logs and env file are (default: .stack)')
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
  .action(async (options: { samples: number; stateDir?: string }) => {
    // What it takes is there on a developer's machine and not in an image.
    const { startLocally } = await import('../local/start-locally.ts');
    await startLocally(options);
  });
