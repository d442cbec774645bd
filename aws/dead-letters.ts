import { GetQueueAttributesCommand, type Message, type SQSClient } from '@aws-sdk/client-sqs';
import { makeVisible, receiveAll } from './receive-all.ts';

/** Seconds that messages stay hidden at most while they are looked at. */
const visibility = 60;

/** A message that SQS has given up on: it was received too often and never deleted. */
export interface DeadLetter {
  readonly messageId: string;
  readonly body: string;
  /** When it was sent to the first queue, ISO 8601. */
  readonly sentAt: string;
  /** How often it was received, from the first queue and from this one. */
  readonly receives: number;
}

/** How many messages wait in a queue, those in somebody's hand included; about, as SQS counts. */
export async function countMessages(sqs: SQSClient, queueUrl: string): Promise<number> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  const visible = Number(Attributes?.ApproximateNumberOfMessages ?? 0);
  return visible + Number(Attributes?.ApproximateNumberOfMessagesNotVisible ?? 0);
}

/**
 * Looks into the dead-letter queue and leaves it as it is: what was received is made visible again at the end. SQS has
 * no other way to look, so nobody else can receive them meanwhile, and each counts one more receive.
 *
 * @param limit how many at most
 */
export async function listDeadLetters(
  sqs: SQSClient,
  queueUrl: string,
  limit: number,
): Promise<DeadLetter[]> {
  const received: Message[] = [];
  try {
    for await (const messages of receiveAll(sqs, queueUrl, visibility)) {
      received.push(...messages);
      if (received.length >= limit) break;
    }
  } finally {
    await makeVisible(sqs, queueUrl, received);
  }
  return received.slice(0, limit).map(toDeadLetter);
}

function toDeadLetter({ MessageId = '', Body = '', Attributes }: Message): DeadLetter {
  return {
    messageId: MessageId,
    body: Body,
    sentAt: new Date(Number(Attributes?.SentTimestamp ?? 0)).toISOString(),
    receives: Number(Attributes?.ApproximateReceiveCount ?? 0),
  };
}
