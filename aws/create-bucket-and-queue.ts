import {
  BucketAlreadyOwnedByYou,
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Config } from '../config/config.ts';
import { createS3Client, createSqsClient } from './clients.ts';

/**
 * Deliveries of a message before SQS moves it to the dead-letter queue. Many, since deliveries are not a measure of a
 * message here: each restart of a poller and each outage of Temporal costs one.
 */
const maxReceiveCount = 100;

const fourteenDays = String(14 * 24 * 3_600);

/**
 * Creates what AWS is set up with once in production: the bucket, the queue with its dead-letter queue, and the
 * bucket's notification to the queue; returns the addresses of the queues. What exists already is left as it is.
 */
export async function createBucketAndQueue(config: Config, queueName: string) {
  const { S3_BUCKET: bucket, AWS_REGION: region } = config;
  const [s3, sqs] = [createS3Client(config), createSqsClient(config)];
  const deadLetters = await createQueue(sqs, `${queueName}-dead-letters`, {});
  const queue = await createQueue(sqs, queueName, {
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount }),
  });
  await createBucket(s3, bucket, region);
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: bucket,
      NotificationConfiguration: {
        QueueConfigurations: [{ QueueArn: queue.arn, Events: ['s3:ObjectCreated:*'] }],
      },
    }),
  );
  return { queueUrl: queue.url, deadLetterQueueUrl: deadLetters.url };
}

async function createQueue(sqs: SQSClient, name: string, attributes: Record<string, string>) {
  const { QueueUrl: url = '' } = await sqs.send(
    new CreateQueueCommand({
      QueueName: name,
      Attributes: { MessageRetentionPeriod: fourteenDays, VisibilityTimeout: '60', ...attributes },
    }),
  );
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
  );
  return { url, arn: Attributes?.QueueArn ?? '' };
}

async function createBucket(s3: S3Client, bucket: string, region: string): Promise<void> {
  try {
    await s3.send(
      new CreateBucketCommand({
        Bucket: bucket,
        // S3 refuses its own default region as a constraint.
        ...(region !== 'us-east-1' && {
          CreateBucketConfiguration: { LocationConstraint: region as 'us-west-2' },
        }),
      }),
    );
  } catch (error) {
    if (!(error instanceof BucketAlreadyOwnedByYou)) throw error;
  }
}
