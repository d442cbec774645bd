import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
  SQSServiceException,
} from '@aws-sdk/client-sqs';
import DataLoader from 'dataloader';

export interface QueueMessage {
  readonly id: string;
  readonly body: string;
  /** Milliseconds since 1970 at which it was sent. */
  readonly sentAt: number;
  /** Identifies the delivery when it is acknowledged or hidden. */
  readonly receipt: string;
}

/** A queue that delivers a message again until it is acknowledged. */
export interface MessageQueue {
  /** Waits for messages: resolves to up to so many, or to none after a while. */
  receive(count: number): Promise<QueueMessage[]>;
  /** Deletes a message. False if that failed after several attempts: it is then delivered again. */
  acknowledge(message: QueueMessage): Promise<boolean>;
  /** Hides a message for so many seconds from now on. */
  extend(message: QueueMessage): Promise<void>;
  /** Makes a message visible to other receivers at once. */
  giveBack(message: QueueMessage): Promise<void>;
  /**
   * Puts a copy of a message that will never be accepted into the dead-letter queue, with the reason. Acknowledge the
   * message only after that: an interruption then doubles it and does not lose it.
   *
   * @throws if that fails or there is no such queue
   */
  sendToDeadLetters(message: QueueMessage, reason: string): Promise<void>;
}

const maxBatch = 10;
/** Milliseconds that a delete waits for others to share its request. */
const gatherFor = 10;
const maxDeleteAttempts = 3;
/** Milliseconds that a request other than a receive may take, the SDK's own second attempt included. */
const requestLimit = 6_000;
/** Characters of a reason, which counts as part of a message that may be as large as SQS allows. */
const maxReason = 1_000;

/**
 * {@link MessageQueue} on SQS.
 *
 * @param onProblem is called with the reason when a delete fails and is tried again
 */
export function sqsQueue(
  sqs: SQSClient,
  QueueUrl: string,
  settings: { waitSeconds: number; visibilitySeconds: number; deadLetterUrl?: string | undefined },
  onProblem: (error: unknown) => void,
): MessageQueue {
  const { waitSeconds, visibilitySeconds, deadLetterUrl } = settings;
  const limited = () => ({ abortSignal: AbortSignal.timeout(requestLimit) });

  /** Returns whether SQS deleted each: every entry of the response is checked. */
  const requestDeletes = async (receipts: readonly string[]): Promise<boolean[]> => {
    try {
      const Entries = receipts.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
      const { Failed: failed = [] } = await sqs.send(
        new DeleteMessageBatchCommand({ QueueUrl, Entries }),
        limited(),
      );
      for (const { Code, Message } of failed) onProblem(new Error(`${Code}: ${Message}`));
      return receipts.map((_, index) => !failed.some(({ Id }) => Id === String(index)));
    } catch (error) {
      onProblem(error);
      return receipts.map(() => false);
    }
  };
  const deletes = new DataLoader<string, boolean>(requestDeletes, {
    cache: false,
    maxBatchSize: maxBatch,
    batchScheduleFn: (begin) => setTimeout(begin, gatherFor),
  });
  const acknowledge = async ({ receipt }: QueueMessage): Promise<boolean> => {
    for (let attempt = 1; attempt <= maxDeleteAttempts; attempt++) {
      if (attempt > 1) await sleep(200 * attempt);
      if (await deletes.load(receipt)) return true;
    }
    return false;
  };
  const changeVisibility = async ({ receipt }: QueueMessage, VisibilityTimeout: number) => {
    const command = { QueueUrl, ReceiptHandle: receipt, VisibilityTimeout };
    await sqs.send(new ChangeMessageVisibilityCommand(command), limited());
  };

  return {
    async receive(count) {
      const limit = (waitSeconds + 5) * 1_000;
      const { Messages: messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: Math.min(count, maxBatch),
          WaitTimeSeconds: waitSeconds,
          VisibilityTimeout: visibilitySeconds,
          MessageSystemAttributeNames: ['SentTimestamp'],
        }),
        // Not ended earlier when the process stops: SQS may have returned messages already, which would then stay hidden
        // until their visibility timeout ends.
        { abortSignal: AbortSignal.timeout(limit), requestTimeout: limit },
      );
      const now = Date.now();
      return messages.map(
        ({ MessageId: id = '', Body: body = '', ReceiptHandle: receipt = '', Attributes }) => ({
          id,
          body,
          receipt,
          sentAt: Number(Attributes?.SentTimestamp ?? now),
        }),
      );
    },

    acknowledge,
    extend: (message) => changeVisibility(message, visibilitySeconds),
    giveBack: (message) => changeVisibility(message, 0),

    async sendToDeadLetters(message, reason) {
      if (!deadLetterUrl) throw new Error('SQS_DEAD_LETTER_QUEUE_URL is not set');
      const command = { QueueUrl: deadLetterUrl, MessageBody: message.body };
      // SQS refuses other control characters.
      const StringValue = reason.replaceAll(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd]/g, '?').slice(0, maxReason);
      const MessageAttributes = { reason: { DataType: 'String', StringValue } };
      try {
        await sqs.send(new SendMessageCommand({ ...command, MessageAttributes }), limited());
      } catch (error) {
        // The message is as large as SQS allows without the reason.
        if (!(error instanceof SQSServiceException) || error.$fault !== 'client') throw error;
        await sqs.send(new SendMessageCommand(command), limited());
      }
    },
  };
}
