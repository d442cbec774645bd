import { randomBytes } from 'node:crypto';
import { CreateBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { readBuilds } from '../../schema/published-build.ts';
import { publish, sampleBuilds } from '../../stack/samples/publish.ts';
import { s3Event } from '../../tests/fixture/messages.ts';

/** SQS takes up to ten messages in one request. */
const batchSize = 10;

/** The objects that every round ingests; they are in the bucket before any clock starts. */
export interface Corpus {
  readonly bucket: string;
  readonly keys: readonly string[];
  /** Builds that come of the first `objects` objects: a Firefox release is a beta too. */
  countBuilds(objects: number): number;
}

/** Puts sample builds into a new bucket: the same ones at each run. */
export async function publishCorpus(s3: S3Client, bucket: string, count: number): Promise<Corpus> {
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const objects = [...sampleBuilds(count, new Date('2026-01-01T00:00:00Z'))];
  await publish(s3, bucket, objects);
  const hashes = objects.map(({ body }) => readBuilds(body).map(({ hash }) => hash));
  return {
    bucket,
    keys: objects.map(({ key }) => key),
    countBuilds: (first) => new Set(hashes.slice(0, first).flat()).size,
  };
}

/** The body of the message that S3 sends for a write of an object; each call stands for another write. */
export function writeEvent({ bucket }: Corpus, key: string): string {
  const object = {
    size: 1_300,
    eTag: randomBytes(16).toString('hex'),
    sequencer: randomBytes(8).toString('hex').toUpperCase(),
  };
  return JSON.stringify(s3Event(bucket, key, object));
}

/** Fills a queue with a message for each of the first objects. */
export async function fillQueue(
  sqs: SQSClient,
  queueUrl: string,
  corpus: Corpus,
  count: number,
): Promise<void> {
  const bodies = corpus.keys.slice(0, count).map((key) => writeEvent(corpus, key));
  for (let from = 0; from < bodies.length; from += batchSize) {
    const Entries = bodies
      .slice(from, from + batchSize)
      .map((MessageBody, index) => ({ Id: String(index), MessageBody }));
    const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    if (Failed.length > 0) throw new Error(`SQS did not take a message: ${JSON.stringify(Failed[0])}`);
  }
}
