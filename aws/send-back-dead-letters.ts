import {
  DeleteMessageBatchCommand,
  type Message,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { makeVisible, receiveAll } from './receive-all.ts';

/** Seconds that messages stay hidden while they are moved; long enough for many of those that are left. */
const visibility = 300;

/** Bytes of the bodies that one request to SQS may hold, with room for the rest of it. */
const maxBatchBytes = 200_000;

/** What came of {@link sendBackDeadLetters}. */
export interface SentBack {
  readonly sent: number;
  /** Messages that were left, since they were not wanted or came after the start. */
  readonly left: number;
}

/**
 * Moves messages from the dead-letter queue back to the queue, where a poller receives them as if they were new. Each
 * is sent first and deleted after that, so none is lost if this is interrupted; one may then come twice, which
 * ingestion takes. (SQS's own move task takes all or nothing, and needs a right of its own.)
 *
 * @param wanted ids of messages; undefined for all that were there at the start, so that one which fails again at once
 * does not go round for ever
 * @param onProgress called with the number sent so far
 * @throws where SQS refuses a message, which is left in the dead-letter queue
 */
export async function sendBackDeadLetters(
  sqs: SQSClient,
  from: string,
  to: string,
  wanted?: ReadonlySet<string>,
  onProgress: (sent: number) => void = () => undefined,
): Promise<SentBack> {
  const began = Date.now();
  const left: Message[] = [];
  let sent = 0;
  try {
    for await (const messages of receiveAll(sqs, from, visibility)) {
      const chosen = messages.filter(({ MessageId: id = '', Attributes }) =>
        wanted ? wanted.has(id) : Number(Attributes?.SentTimestamp ?? 0) <= began,
      );
      left.push(...messages.filter((message) => !chosen.includes(message)));
      const taken = await sendAll(sqs, to, chosen);
      const moved = chosen.filter((message) => taken.has(message));
      left.push(...chosen.filter((message) => !taken.has(message)));
      await deleteAll(sqs, from, moved);
      sent += moved.length;
      onProgress(sent);
      if (moved.length < chosen.length)
        throw new Error(`SQS refused ${chosen.length - moved.length} messages; they are left in ${from}`);
      if (wanted && sent >= wanted.size) break;
    }
  } finally {
    await makeVisible(sqs, from, left);
  }
  return { sent, left: left.length };
}

/** Returns those that SQS has taken. */
async function sendAll(
  sqs: SQSClient,
  queueUrl: string,
  messages: readonly Message[],
): Promise<ReadonlySet<Message>> {
  const size = messages.reduce((sum, { Body = '' }) => sum + Buffer.byteLength(Body), 0);
  const batches = size > maxBatchBytes ? messages.map((message) => [message]) : [messages];
  const taken = new Set<Message>();
  for (const batch of batches) {
    if (batch.length === 0) continue;
    const { Successful: successful = [] } = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: batch.map(({ Body, MessageAttributes }, index) => ({
          Id: String(index),
          MessageBody: Body,
          ...(MessageAttributes && { MessageAttributes }),
        })),
      }),
    );
    for (const { Id } of successful) {
      const message = batch[Number(Id)];
      if (message) taken.add(message);
    }
  }
  return taken;
}

async function deleteAll(sqs: SQSClient, queueUrl: string, messages: readonly Message[]): Promise<void> {
  if (messages.length === 0) return;
  await sqs.send(
    new DeleteMessageBatchCommand({
      QueueUrl: queueUrl,
      Entries: messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
    }),
  );
}
