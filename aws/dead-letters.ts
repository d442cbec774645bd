import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** Requests without a new message after which a queue counts as read: SQS asks only some of its servers each time. */
const maxEmpty = 3;

/** A message that the poller moved to the dead-letter queue, or SQS after too many deliveries. */
export interface DeadLetter {
  readonly messageId: string;
  readonly body: string;
  /** When it was sent to the first queue, ISO 8601. */
  readonly sentAt: string;
  /** Why Temporal rejected the start of its workflow; undefined if SQS moved it. */
  readonly reason?: string;
}

/**
 * Reads dead letters without hiding them from other receivers. SQS returns messages in no order, so this is a sample if
 * there are more than `limit`.
 */
export async function listDeadLetters(
  sqs: SQSClient,
  queueUrl: string,
  limit: number,
): Promise<DeadLetter[]> {
  const found = new Map<string, DeadLetter>();
  for (let empty = 0; empty < maxEmpty && found.size < limit; ) {
    const before = found.size;
    for (const message of await receiveDeadLetters(sqs, queueUrl, 0)) {
      const { MessageId: messageId = '', Body: body = '', MessageAttributes } = message;
      const reason = MessageAttributes?.reason?.StringValue;
      const sentAt = new Date(sentTime(message)).toISOString();
      found.set(messageId, { messageId, body, sentAt, ...(reason !== undefined && { reason }) });
    }
    empty = found.size === before ? empty + 1 : 0;
  }
  return [...found.values()].slice(0, limit);
}

/** Seconds that messages stay hidden while they are moved. */
const moveSeconds = 300;

/**
 * Moves all dead letters that were sent before now back to the queue, where a poller receives them as if they were new.
 * Each is sent before it is deleted, so none is lost if this is interrupted; one may then come twice, which ingestion
 * allows. (SQS's own StartMessageMoveTask does not exist in moto, so it could not be tested.)
 *
 * @param onProgress receives the number moved so far
 * @returns how many were moved
 * @throws if SQS refuses a message, which stays in the dead-letter queue
 */
export async function redriveDeadLetters(
  sqs: SQSClient,
  from: string,
  to: string,
  onProgress: (moved: number) => void = () => undefined,
  timeLimit = Number.POSITIVE_INFINITY,
): Promise<number> {
  const began = Date.now();
  let moved = 0;
  const move = async (message: Message) => {
    const { Body: MessageBody, MessageAttributes, ReceiptHandle } = message;
    const makeVisible = () =>
      sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: from, ReceiptHandle, VisibilityTimeout: 0 }));
    // One that arrives later stays: it may have been redriven just now and have failed again.
    if (sentTime(message) > began) return await makeVisible();
    try {
      await sqs.send(new SendMessageCommand({ QueueUrl: to, MessageBody, MessageAttributes }));
    } catch (error) {
      await makeVisible().catch(() => undefined);
      throw error;
    }
    await sqs.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle }));
    onProgress(++moved);
    return undefined;
  };
  for (let empty = 0; empty < maxEmpty && Date.now() - began < timeLimit; ) {
    const before = moved;
    const results = await Promise.allSettled((await receiveDeadLetters(sqs, from, moveSeconds)).map(move));
    const failed = results.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined;
    if (failed) throw failed.reason;
    empty = moved === before ? empty + 1 : 0;
  }
  return moved;
}

/** Up to ten dead letters, hidden from other receivers for so many seconds. */
export async function receiveDeadLetters(
  sqs: SQSClient,
  QueueUrl: string,
  VisibilityTimeout: number,
): Promise<Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      VisibilityTimeout,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 1,
      MessageSystemAttributeNames: ['SentTimestamp'],
      MessageAttributeNames: ['All'],
    }),
  );
  return Messages;
}

/** Milliseconds since 1970 at which a message was sent. */
export function sentTime({ Attributes }: Message): number {
  return Number(Attributes?.SentTimestamp ?? 0);
}
