import { Command } from 'commander';
import { createS3Client, createSqsClient } from '../../aws/clients.ts';
import { createBucketAndQueue } from '../../aws/create-bucket-and-queue.ts';
import { type Config, loadConfig } from '../../config/config.ts';
import { migrate } from '../../drizzle/migrate.ts';
import { ensureBuildIndex } from '../../elasticsearch/build-index.ts';
import { createElasticsearchClient } from '../../elasticsearch/client.ts';
import { searchDefences, setSearchDefences } from '../../elasticsearch/search-defences.ts';
import { registerSearchAttributes } from '../../temporal/register-search-attributes.ts';
import { reachTemporal } from '../reach-temporal.ts';
import { withDatabase } from '../with-database.ts';

/**
 * Brings every store of a deployment to the state that the running code needs. Changes nothing that is right.
 *
 * @throws {ServiceAway} where PostgreSQL or Temporal does not answer
 */
export async function setUpStores(config: Config, report: (line: string) => void): Promise<void> {
  await withDatabase(() => migrate(config.DATABASE_URL), config);
  report('PostgreSQL: the tables are up to date');
  const elasticsearch = createElasticsearchClient(config);
  const { alias, index, created } = await ensureBuildIndex(
    elasticsearch,
    config.ELASTICSEARCH_INDEX,
    config.ELASTICSEARCH_REFRESH_INTERVAL,
  );
  report(`Elasticsearch: ${alias} is ${index}${created ? ', just made' : ''}`);
  const isDefended = await setSearchDefences(elasticsearch);
  report(
    isDefended
      ? 'Elasticsearch: limits of searches are set'
      : `Elasticsearch: this key is not allowed to limit searches. Set in the cluster: ${JSON.stringify(searchDefences)}`,
  );
  const connection = await reachTemporal(config);
  try {
    const registered = await registerSearchAttributes({ connection }, config.TEMPORAL_NAMESPACE);
    report(`Temporal: search attributes ${registered.length > 0 ? registered.join(', ') : 'were there'}`);
  } finally {
    await connection.close();
  }
}

/** `buildhub setup`: what a deployment needs before its first process starts, and after each upgrade. */
export const setupCommand = new Command('setup')
  .description('prepare the stores of a deployment: tables, index, search attributes; safe to repeat')
  .option(
    '--create-queue <name>',
    'also create the bucket S3_BUCKET, this queue, its dead-letter queue and the notification',
  )
  .addHelpText(
    'after',
    `
Examples:
  $ buildhub setup
  $ buildhub setup --create-queue buildhub-s3-events     for a stand-in of AWS; prints SQS_QUEUE_URL`,
  )
  .action(async ({ createQueue }: { createQueue?: string }) => {
    const config = loadConfig();
    const report = (line: string) => process.stdout.write(`${line}\n`);
    await setUpStores(config, report);
    if (createQueue === undefined) return;
    const { queueUrl, deadLetterQueueUrl } = await createBucketAndQueue(
      createS3Client(config),
      createSqsClient(config),
      config.S3_BUCKET,
      createQueue,
      config.AWS_REGION,
    );
    report(`SQS_QUEUE_URL=${queueUrl}\nSQS_DEAD_LETTER_QUEUE_URL=${deadLetterQueueUrl}`);
  });
