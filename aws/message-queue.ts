import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
  SQSServiceException,
} from '@aws-sdk/client-sqs';

/** A message that was received, and is hidden from other receivers for a while. */
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
   * Moves a message that will never be accepted into the dead-letter queue, with the reason.
   *
   * @throws if that fails or there is no such queue: the message is then delivered again
   */
  reject(message: QueueMessage, reason: string): Promise<void>;
}

/** The most messages that SQS returns or deletes in one request. */
const maxBatch = 10;
/** Milliseconds that a delete waits for others to share its request. */
const gatherFor = 20;
const maxDeleteAttempts = 3;
/** Milliseconds that a request other than a receive may take, the SDK's own second attempt included. */
const requestLimit = 6_000;
/** Characters of a reason, which counts as part of a message that may be as large as SQS allows. */
const maxReason = 1_000;

interface PendingDelete {
  readonly receipt: string;
  readonly settle: (isDeleted: boolean) => void;
}

/** {@link MessageQueue} on SQS. */
export class SqsQueue implements MessageQueue {
  readonly #sqs: SQSClient;
  readonly #url: string;
  readonly #deadLetterUrl: string | undefined;
  readonly #waitSeconds: number;
  readonly #visibilitySeconds: number;
  readonly #onProblem: (error: unknown) => void;
  #pending: PendingDelete[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** @param onProblem is called with the reason when a delete fails and is tried again */
  constructor(
    sqs: SQSClient,
    url: string,
    settings: { waitSeconds: number; visibilitySeconds: number; deadLetterUrl?: string | undefined },
    onProblem: (error: unknown) => void,
  ) {
    this.#sqs = sqs;
    this.#url = url;
    this.#deadLetterUrl = settings.deadLetterUrl;
    this.#waitSeconds = settings.waitSeconds;
    this.#visibilitySeconds = settings.visibilitySeconds;
    this.#onProblem = onProblem;
  }

  async receive(count: number): Promise<QueueMessage[]> {
    const limit = (this.#waitSeconds + 5) * 1_000;
    const { Messages: messages = [] } = await this.#sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: this.#url,
        MaxNumberOfMessages: Math.min(count, maxBatch),
        WaitTimeSeconds: this.#waitSeconds,
        VisibilityTimeout: this.#visibilitySeconds,
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
  }

  /** Ten messages share a request. */
  acknowledge({ receipt }: QueueMessage): Promise<boolean> {
    return new Promise((settle) => {
      this.#pending.push({ receipt, settle });
      if (this.#pending.length >= maxBatch) this.#flush();
      else this.#timer ??= setTimeout(() => this.#flush(), gatherFor);
    });
  }

  async extend(message: QueueMessage): Promise<void> {
    await this.#changeVisibility(message, this.#visibilitySeconds);
  }

  async giveBack(message: QueueMessage): Promise<void> {
    await this.#changeVisibility(message, 0);
  }

  async #changeVisibility({ receipt }: QueueMessage, VisibilityTimeout: number): Promise<void> {
    const command = { QueueUrl: this.#url, ReceiptHandle: receipt, VisibilityTimeout };
    await this.#sqs.send(new ChangeMessageVisibilityCommand(command), limited());
  }

  /** Sent before it is deleted: an interruption doubles the message and does not lose it. */
  async reject(message: QueueMessage, reason: string): Promise<void> {
    const command = { QueueUrl: this.#deadLetterUrl, MessageBody: message.body };
    if (!this.#deadLetterUrl) throw new Error('SQS_DEAD_LETTER_QUEUE_URL is not set');
    // SQS refuses other control characters.
    const StringValue = reason.replaceAll(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd]/g, '?').slice(0, maxReason);
    const MessageAttributes = { reason: { DataType: 'String', StringValue } };
    try {
      await this.#sqs.send(new SendMessageCommand({ ...command, MessageAttributes }), limited());
    } catch (error) {
      // The message is as large as SQS allows without the reason.
      if (!(error instanceof SQSServiceException) || error.$fault !== 'client') throw error;
      await this.#sqs.send(new SendMessageCommand(command), limited());
    }
    await this.acknowledge(message);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    void this.#deleteBatch(this.#pending.splice(0, maxBatch));
  }

  async #deleteBatch(batch: readonly PendingDelete[]): Promise<void> {
    let left = batch;
    for (let attempt = 1; attempt <= maxDeleteAttempts && left.length > 0; attempt++) {
      if (attempt > 1) await sleep(200 * attempt);
      const failed = await this.#requestDeletes(left);
      for (const one of left) if (!failed.includes(one)) one.settle(true);
      left = failed;
    }
    for (const { settle } of left) settle(false);
  }

  /** Returns those that SQS did not delete: each entry of the response is checked. */
  async #requestDeletes(batch: readonly PendingDelete[]): Promise<PendingDelete[]> {
    try {
      const { Failed: failed = [] } = await this.#sqs.send(
        new DeleteMessageBatchCommand({
          QueueUrl: this.#url,
          Entries: batch.map(({ receipt }, index) => ({ Id: String(index), ReceiptHandle: receipt })),
        }),
        limited(),
      );
      for (const { Code, Message } of failed) this.#onProblem(new Error(`${Code}: ${Message}`));
      return failed.flatMap(({ Id }) => batch[Number(Id)] ?? []);
    } catch (error) {
      this.#onProblem(error);
      return [...batch];
    }
  }
}

function limited() {
  return { abortSignal: AbortSignal.timeout(requestLimit) };
}
