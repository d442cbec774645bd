import { Command } from 'commander';
import { createS3Client } from '../../aws/clients.ts';
import { loadConfig } from '../../config/config.ts';
import { publish, sampleBuilds } from '../../samples/publish.ts';
import { parseCount } from '../parse-options.ts';
import { reportProgress } from '../report-progress.ts';

/** `buildhub publish-samples`: puts sample builds into the bucket, from where they are ingested. */
export const publishSamplesCommand = new Command('publish-samples')
  .description('put sample builds into the bucket: four real ones, then generated ones')
  .option('-n, --count <number>', 'how many', parseCount, 400)
  .option('--seed <number>', 'another seed gives other builds', parseCount, 1)
  .addHelpText(
    'after',
    `
Examples:
  $ buildhub publish-samples
  $ buildhub publish-samples --count 10000 --seed 7`,
  )
  .action(async ({ count, seed }: { count: number; seed: number }) => {
    const config = loadConfig();
    const progress = reportProgress(`Publishing to ${config.S3_BUCKET}`, count);
    await publish(
      createS3Client(config),
      config.S3_BUCKET,
      sampleBuilds(count, new Date(), seed),
      progress.update,
    );
    progress.end();
  });
