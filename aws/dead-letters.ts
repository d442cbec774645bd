import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** Messages that SQS returns, takes or deletes in one request. */
const maxBatch = 10;

/** Bytes of the bodies that one request to SQS may hold, with room for the rest of it. */
const maxBatchBytes = 200_000;

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
  signal?: AbortSignal,
): Promise<DeadLetter[]> {
  const found = new Map<string, DeadLetter>();
  for (let empty = 0; empty < maxEmpty && found.size < limit; ) {
    const before = found.size;
    for (const message of await receive(sqs, queueUrl, 0, signal)) {
      const { MessageId = '', Body = '', Attributes, MessageAttributes } = message;
      const reason = MessageAttributes?.reason?.StringValue;
      found.set(MessageId, {
        messageId: MessageId,
        body: Body,
        sentAt: new Date(Number(Attributes?.SentTimestamp ?? 0)).toISOString(),
        ...(reason !== undefined && { reason }),
      });
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
 * @param signal stops it between two batches
 * @returns how many were moved
 * @throws if SQS refuses a message, which stays in the dead-letter queue
 */
export async function redriveDeadLetters(
  sqs: SQSClient,
  from: string,
  to: string,
  onProgress: (moved: number) => void = () => undefined,
  signal?: AbortSignal,
): Promise<number> {
  const began = Date.now();
  let moved = 0;
  for (let empty = 0; empty < maxEmpty; ) {
    const messages = await receive(sqs, from, moveSeconds, signal);
    // One that arrives later stays: it may have been redriven just now and have failed again.
    const old = messages.filter(({ Attributes }) => Number(Attributes?.SentTimestamp ?? 0) <= began);
    empty = old.length === 0 ? empty + 1 : 0;
    for (const batch of batches(old)) {
      const refused = await moveBatch(sqs, from, to, batch);
      moved += batch.length - refused.length;
      onProgress(moved);
      if (refused.length === 0) continue;
      await makeVisible(sqs, from, refused);
      throw new Error(`SQS refused ${refused.length} messages; they stay in ${from}`);
    }
    await makeVisible(
      sqs,
      from,
      messages.filter((message) => !old.includes(message)),
    );
  }
  return moved;
}

/** Returns the messages that SQS refused. */
async function moveBatch(
  sqs: SQSClient,
  from: string,
  to: string,
  batch: readonly Message[],
): Promise<Message[]> {
  const Entries = batch.map(({ Body, MessageAttributes }, index) => ({
    Id: String(index),
    MessageBody: Body,
    ...(MessageAttributes && { MessageAttributes }),
  }));
  const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: to, Entries }));
  const failed = new Set(Failed.map(({ Id }) => Number(Id)));
  const sent = batch.filter((_, index) => !failed.has(index));
  if (sent.length > 0)
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: from, Entries: handles(sent) }));
  return batch.filter((_, index) => failed.has(index));
}

async function receive(
  sqs: SQSClient,
  QueueUrl: string,
  VisibilityTimeout: number,
  abortSignal?: AbortSignal,
): Promise<Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      VisibilityTimeout,
      MaxNumberOfMessages: maxBatch,
      WaitTimeSeconds: 1,
      MessageSystemAttributeNames: ['SentTimestamp'],
      MessageAttributeNames: ['All'],
    }),
    abortSignal ? { abortSignal } : {},
  );
  return Messages;
}

async function makeVisible(sqs: SQSClient, QueueUrl: string, messages: readonly Message[]): Promise<void> {
  if (messages.length === 0) return;
  const Entries = handles(messages).map((entry) => ({ ...entry, VisibilityTimeout: 0 }));
  await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
}

function handles(messages: readonly Message[]) {
  return messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
}

/** All messages at once, or one by one if they are too large together. */
function batches(messages: readonly Message[]): Message[][] {
  const size = messages.reduce((sum, { Body = '' }) => sum + Buffer.byteLength(Body), 0);
  if (size > maxBatchBytes) return messages.map((message) => [message]);
  return messages.length === 0 ? [] : [[...messages]];
}
