import { Command } from 'commander';
import { createBucketAndQueue } from '../aws/create-bucket-and-queue.ts';
import { type Config, loadConfig } from '../config/config.ts';
import { migrate } from '../drizzle/migrate.ts';
import { ensureBuildIndex } from '../elasticsearch/build-index.ts';
import { createElasticsearchClient } from '../elasticsearch/client.ts';
import { searchDefences, setSearchDefences } from '../elasticsearch/search-defences.ts';
import { registerSearchAttributes } from '../temporal/register-search-attributes.ts';
import { connectOrFail, withDatabase } from './deployment.ts';
import { print } from './terminal.ts';

/**
 * Brings every store of a deployment to the state that the running code needs. Changes nothing that is right.
 *
 * @throws {ServiceUnavailableError} if PostgreSQL or Temporal does not respond
 */
export async function setUpStores(config: Config, report: (line: string) => void): Promise<void> {
  await withDatabase(() => migrate(config.DATABASE_URL), config);
  report('PostgreSQL: the tables are up to date');
  const elasticsearch = createElasticsearchClient(config);
  const { ELASTICSEARCH_INDEX: alias, ELASTICSEARCH_REFRESH_INTERVAL: refreshInterval } = config;
  const { index, created } = await ensureBuildIndex(elasticsearch, alias, refreshInterval);
  report(`Elasticsearch: ${alias} is ${index}${created ? ', just created' : ''}`);
  report(
    (await setSearchDefences(elasticsearch))
      ? 'Elasticsearch: limits of searches are set'
      : `Elasticsearch: this key is not allowed to limit searches. Set in the cluster: ${JSON.stringify(searchDefences)}`,
  );
  const connection = await connectOrFail(config);
  try {
    const registered = await registerSearchAttributes({ connection }, config.TEMPORAL_NAMESPACE);
    report(`Temporal: search attributes ${registered.length > 0 ? registered.join(', ') : 'exist'}`);
  } finally {
    await connection.close();
  }
}

/** `buildhub setup`: what a deployment needs before its first process starts, and after each upgrade. */
export function setupCommand(): Command {
  return new Command('setup')
    .option(
      '--create-queue <name>',
      'also create the bucket S3_BUCKET, this queue, its dead-letter queue and the notification',
    )
    .addHelpText(
      'after',
      `
Examples:
  $ buildhub setup
  $ buildhub setup --create-queue buildhub-s3-events     for an AWS emulator; prints SQS_QUEUE_URL`,
    )
    .action(async ({ createQueue }: { createQueue?: string }) => {
      const config = loadConfig();
      await setUpStores(config, print);
      if (createQueue === undefined) return;
      const { queueUrl, deadLetterQueueUrl } = await createBucketAndQueue(config, createQueue);
      print(`SQS_QUEUE_URL=${queueUrl}\nSQS_DEAD_LETTER_QUEUE_URL=${deadLetterQueueUrl}`);
    });
}

export function migrateCommand(): Command {
  return new Command('migrate').addHelpText('after', '\nExample:\n  $ buildhub migrate').action(async () => {
    await withDatabase((_, { DATABASE_URL }) => migrate(DATABASE_URL));
    print('PostgreSQL is up to date.');
  });
}
