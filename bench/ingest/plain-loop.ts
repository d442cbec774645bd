/**
 * What Buildhub2's daemon does, with this project's code: one process, one message at a time, each step after the
 * other, nothing remembered and nothing retried. Usage: plain-loop.ts MESSAGES. Logs `Ready` before the first receive
 * and `Done` when so many messages are ingested.
 */
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { createS3Client, createSqsClient } from '../../aws/clients.ts';
import { untilStopped } from '../../cli/until-stopped.ts';
import { loadConfig } from '../../config/config.ts';
import { readVersion } from '../../config/version.ts';
import { connect } from '../../drizzle/connect.ts';
import { createElasticsearchClient } from '../../elasticsearch/client.ts';
import { readBuilds } from '../../schema/published-build.ts';
import { readS3Event } from '../../schema/s3/s3-event.ts';
import type { S3ObjectWrite } from '../../schema/s3/s3-object-write.ts';
import { searchDocument } from '../../schema/search/search-document.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { insertBuilds } from '../../tests/fixture/insert-builds.ts';

const config = loadConfig();
const logger = createLogger('plain loop', config.LOG_LEVEL);
const s3 = createS3Client(config);
const sqs = createSqsClient(config);
const elasticsearch = createElasticsearchClient(config);
const { database, close } = connect(config, logger, 'plain loop');
const metadata = JSON.stringify(readVersion());
// Of a document that is text already the client would say that it is plain text.
const json = { headers: { 'content-type': 'application/json' } };
const { SQS_QUEUE_URL: QueueUrl, ELASTICSEARCH_INDEX: index } = config;

await untilStopped(loop, config.SHUTDOWN_SECONDS, logger);
await close();

async function loop(signal: AbortSignal): Promise<void> {
  let left = Number(process.argv[2]);
  logger.info('Ready');
  while (!signal.aborted) {
    const { Messages: [message] = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 1,
        WaitTimeSeconds: config.SQS_WAIT_SECONDS,
      }),
    );
    if (!message) continue;
    for (const object of readS3Event(message.Body ?? '').objects) await ingest(object);
    left -= 1;
    if (left === 0) logger.info('Done');
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
  }
}

async function ingest({ bucket, key, etag }: S3ObjectWrite): Promise<void> {
  // boto3's download_fileobj asks for the size first.
  await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
  const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  if (!body) throw new Error(`S3 returned no body for s3://${bucket}/${key}`);
  const builds = readBuilds(await body.transformToString());
  const attempt = { bucket, key, etag, workflowId: 'plain loop', runId: 'plain loop' };
  const stored = await insertBuilds(database, attempt, builds, metadata);
  for (const { id, hash, created } of stored) {
    const build = builds.find((candidate) => candidate.hash === hash);
    if (!created || !build) continue;
    await elasticsearch.index({ index, id, document: searchDocument(id, build.text) }, json);
  }
  logger.info({ key, created: stored.filter(({ created }) => created).length }, 'Inserted');
}
