import { Command } from 'commander';
import { createS3Client } from '../aws/clients.ts';
import { loadConfig } from '../config/config.ts';
import { publish, sampleBuilds } from '../stack/samples/publish.ts';
import { parseCount } from './input-flags.ts';
import { reportProgress } from './terminal.ts';

/** `buildhub start`, which `npm start` calls: the whole system on this machine. */
export function startCommand(): Command {
  return new Command('start')
    .option('--samples <number>', 'sample builds to publish; 0 for none', parseCount, 250)
    .option('--state-dir <folder>', 'folder for data, logs and the env file (default: .stack)')
    .addHelpText(
      'after',
      `
Starts PostgreSQL, Elasticsearch, Temporal and emulators of S3 and SQS (or uses those whose addresses are in
the environment), then the API, the worker and the poller. Addresses go into .stack/env, logs into .stack/logs. Data is
kept for the next start; "npm run reset" deletes it.

Examples:
  $ npm start
  $ npm start -- --samples 5000`,
    )
    .action(async ({ samples, stateDir }: { samples: number; stateDir?: string }) => {
      // It needs what is on a developer's machine and not in an image.
      const { startLocally } = await import('./local/start-locally.ts');
      await startLocally(samples, stateDir);
    });
}

/** `buildhub publish-samples`: puts sample builds into the bucket, from where they are ingested. */
export function publishSamplesCommand(): Command {
  return new Command('publish-samples')
    .option('-n, --count <number>', 'number of builds', parseCount, 250)
    .option('--seed <number>', 'seed of the generated builds', parseCount, 1)
    .addHelpText(
      'after',
      `
Examples:
  $ buildhub publish-samples
  $ buildhub publish-samples --count 10000 --seed 7`,
    )
    .action(async ({ count, seed }: { count: number; seed: number }) => {
      const config = loadConfig();
      if (config.AWS_ENDPOINT_URL_S3 === undefined)
        throw new Error(
          'Samples are for a bucket of your own: start a local system with `npm start`, or set AWS_ENDPOINT_URL_S3.',
        );
      const progress = reportProgress(`Publishing to ${config.S3_BUCKET}`, count);
      const builds = sampleBuilds(count, new Date(), seed);
      await publish(createS3Client(config), config.S3_BUCKET, builds, progress.update);
      progress.end();
    });
}
