import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Logger } from '../../telemetry/logger.ts';
import type { PollerMetrics } from '../../telemetry/metrics.ts';

/** SQS takes ten entries in one request at most. */
const maxEntries = 10;

/** Milliseconds that a delete waits for company. */
const gatherFor = 20;

const maxAttempts = 3;

interface Pending {
  readonly receiptHandle: string;
  readonly done: () => void;
}

/**
 * Deletes messages, ten in a request. Each entry of the answer is checked, and one that failed is tried again. What
 * could not be deleted in the end comes again when its visibility ends, and is then found to be a duplicate.
 */
export class MessageDeleter {
  readonly #sqs: SQSClient;
  readonly #queueUrl: string;
  readonly #logger: Logger;
  readonly #metrics: PollerMetrics;
  #pending: Pending[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(sqs: SQSClient, queueUrl: string, logger: Logger, metrics: PollerMetrics) {
    this.#sqs = sqs;
    this.#queueUrl = queueUrl;
    this.#logger = logger;
    this.#metrics = metrics;
  }

  /** Resolves when the message is deleted, or could not be; it never rejects. */
  delete(receiptHandle: string): Promise<void> {
    return new Promise((done) => {
      this.#pending.push({ receiptHandle, done });
      if (this.#pending.length >= maxEntries) this.#flush();
      else this.#timer ??= setTimeout(() => this.#flush(), gatherFor);
    });
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#pending.splice(0, maxEntries);
    void this.#deleteBatch(batch).finally(() => {
      for (const { done } of batch) done();
    });
  }

  async #deleteBatch(batch: readonly Pending[]): Promise<void> {
    let left = batch.map(({ receiptHandle }) => receiptHandle);
    for (let attempt = 1; attempt <= maxAttempts && left.length > 0; attempt++) {
      if (attempt > 1) await sleep(200 * attempt);
      const failed = await this.#request(left);
      this.#metrics.deleted.inc(left.length - failed.length);
      left = failed;
    }
    this.#metrics.deleteFailures.inc(left.length);
  }

  /** Returns the receipt handles that are not deleted. */
  async #request(receiptHandles: readonly string[]): Promise<string[]> {
    try {
      const { Failed: failed = [] } = await this.#sqs.send(
        new DeleteMessageBatchCommand({
          QueueUrl: this.#queueUrl,
          Entries: receiptHandles.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle })),
        }),
      );
      if (failed.length > 0) this.#logger.warn({ failed }, 'SQS did not delete some messages');
      return failed.flatMap(({ Id }) => receiptHandles[Number(Id)] ?? []);
    } catch (error) {
      this.#logger.warn({ err: error, messages: receiptHandles.length }, 'SQS did not answer a delete');
      return [...receiptHandles];
    }
  }
}
