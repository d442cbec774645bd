import { GetQueueAttributesCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { StoreMetrics } from '../metrics.ts';
import type { Finding, StoreLook } from './store-looks.ts';

const counts = {
  visible: 'ApproximateNumberOfMessages',
  in_hand: 'ApproximateNumberOfMessagesNotVisible',
  delayed: 'ApproximateNumberOfMessagesDelayed',
} as const;

type Metrics = Pick<StoreMetrics, 'queueMessages' | 'deadLetters' | 'oldestDeadLetter'>;

/** How many messages the main queue has. SQS tells the age of the oldest to CloudWatch only; the poller measures it. */
export function lookAtQueue(sqs: SQSClient, url: string, { queueMessages }: Metrics): StoreLook {
  return {
    store: 'queue',
    gauges: [queueMessages],
    look: () => countMessages(sqs, url, queueMessages),
  };
}

/**
 * How many dead letters there are and how old they are. Their age comes from up to ten of them, received without being
 * hidden from anybody: nothing is counted against a dead letter, since its queue has no dead-letter queue of its own.
 */
export function lookAtDeadLetters(sqs: SQSClient, url: string, metrics: Metrics): StoreLook {
  const { oldestDeadLetter, deadLetters } = metrics;
  return {
    store: 'dead_letters',
    gauges: [deadLetters, oldestDeadLetter],
    async look() {
      const found = await countMessages(sqs, url, deadLetters);
      const isEmpty = found.every(({ labels, value }) => labels?.state !== 'visible' || value === 0);
      const oldest = isEmpty ? undefined : await oldestOfSome(sqs, url);
      return oldest === undefined ? found : [...found, { gauge: oldestDeadLetter, value: oldest }];
    },
  };
}

async function countMessages(
  sqs: SQSClient,
  QueueUrl: string,
  gauge: Metrics['queueMessages'],
): Promise<Finding[]> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: Object.values(counts) }),
  );
  return Object.entries(counts).map(([state, attribute]) => ({
    gauge,
    labels: { state },
    value: Number(Attributes[attribute] ?? 0),
  }));
}

async function oldestOfSome(sqs: SQSClient, QueueUrl: string): Promise<number | undefined> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 0,
      WaitTimeSeconds: 0,
      MessageSystemAttributeNames: ['SentTimestamp'],
    }),
  );
  const sent = Messages.map(({ Attributes }) => Number(Attributes?.SentTimestamp)).filter(Number.isFinite);
  return sent.length === 0 ? undefined : Math.min(...sent) / 1_000;
}
