import {
  ChangeMessageVisibilityBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** SQS gives and takes ten messages in one request at most. */
export const maxEntries = 10;

/** Receives without an answer after which a queue counts as empty: SQS asks only some of its servers each time. */
const maxEmpty = 2;

/**
 * Receives the messages of a queue one after another, each once, until none comes any more. Those received stay hidden
 * for `seconds`, so whoever does not want them makes them visible again, see {@link makeVisible}.
 */
export async function* receiveAll(
  sqs: SQSClient,
  queueUrl: string,
  seconds: number,
): AsyncGenerator<Message[]> {
  const seen = new Set<string>();
  for (let empty = 0; empty < maxEmpty; ) {
    const { Messages: messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: maxEntries,
        VisibilityTimeout: seconds,
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ['SentTimestamp', 'ApproximateReceiveCount'],
        MessageAttributeNames: ['All'],
      }),
    );
    const fresh = messages.filter(({ MessageId: id }) => id !== undefined && !seen.has(id));
    for (const { MessageId: id } of fresh) if (id !== undefined) seen.add(id);
    empty = fresh.length === 0 ? empty + 1 : 0;
    if (fresh.length > 0) yield fresh;
  }
}

/** Shows messages to the other receivers again at once. */
export async function makeVisible(
  sqs: SQSClient,
  queueUrl: string,
  messages: readonly Message[],
): Promise<void> {
  for (let start = 0; start < messages.length; start += maxEntries) {
    await sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: queueUrl,
        Entries: messages.slice(start, start + maxEntries).map(({ ReceiptHandle }, index) => ({
          Id: String(index),
          ReceiptHandle,
          VisibilityTimeout: 0,
        })),
      }),
    );
  }
}
