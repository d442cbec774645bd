import { setTimeout as sleep } from 'node:timers/promises';
import { SpanKind } from '@opentelemetry/api';
import type { MessageQueue, QueueMessage } from '../aws/message-queue.ts';
import type { Config } from '../config/config.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { PollerMetrics } from '../telemetry/metrics-page.ts';
import { annotateSpan, inSpan } from '../telemetry/tracing.ts';
import { BacklogGate } from './backlog-gate.ts';
import type { RunningIngestions } from './running-ingestions.ts';
import {
  type IngestionStarter,
  type PlannedIngestion,
  planIngestion,
  StartRejectedError,
  type StartResult,
  startIngestion,
} from './start-ingestion.ts';

/** Messages that one receive asks for, the most that SQS returns. */
const receiveCount = 10;

/** Milliseconds without any progress after which a poller is stuck; receives, starts and waits between them are shorter. */
const stuckAfter = 120_000;

export interface PollerParts {
  readonly queue: MessageQueue;
  readonly starter: IngestionStarter;
  readonly settings: Pick<
    Config,
    | 'SQS_QUEUE_URL'
    | 'SQS_VISIBILITY_SECONDS'
    | 'POLLER_RECEIVERS'
    | 'POLLER_MAX_IN_FLIGHT'
    | 'POLLER_MAX_BACKLOG'
  >;
  readonly logger: Logger;
  readonly metrics: PollerMetrics;
  /**
   * The ingestions of the worker on the client's connection in this process, if there is one: Temporal may hand it the
   * first task of each workflow at once.
   */
  readonly running: RunningIngestions | undefined;
}

/**
 * Turns messages into Temporal workflows, one for each.
 *
 * Several loops receive. Together they have up to POLLER_MAX_IN_FLIGHT messages in flight, and receive another as soon as
 * one is done: Temporal has accepted its workflow and, if the worker in this process has begun it at once, the worker is
 * through with it. A message is acknowledged after Temporal has accepted its workflow and never before. While Temporal is
 * down the messages in flight are kept (their visibility is extended). A message whose start Temporal will never accept is
 * moved to the dead-letter queue, with the reason.
 */
export class Poller {
  readonly #parts: PollerParts;
  readonly #inFlight: Semaphore;
  readonly #gate = new BacklogGate();
  readonly #stop = new AbortController();
  #movedAt = performance.now();

  constructor(parts: PollerParts) {
    const { settings, metrics } = parts;
    this.#parts = parts;
    this.#inFlight = new Semaphore(settings.POLLER_MAX_IN_FLIGHT);
    metrics.maxInFlight.set(settings.POLLER_MAX_IN_FLIGHT);
    metrics.lastReceive.setToCurrentTime();
  }

  /** Receives until {@link stop}, and resolves once every message in flight is done or given back. Never rejects. */
  async run(): Promise<void> {
    const { starter, settings, logger, metrics } = this.#parts;
    const limit = settings.POLLER_MAX_BACKLOG;
    const watching = this.#gate.watch(starter, limit, logger, metrics, this.#stop.signal);
    const loops = Array.from({ length: settings.POLLER_RECEIVERS }, () => this.#receiveLoop());
    await Promise.all([watching, ...loops]);
    await this.#inFlight.idle();
  }

  /**
   * Whether the process has to be restarted, since the poller neither receives nor starts anything. A service that is down
   * does not count: requests to it fail and are repeated.
   */
  isStuck(): boolean {
    return !this.#gate.isClosed && performance.now() - this.#movedAt > stuckAfter;
  }

  /** Stops receiving; {@link run} resolves when what is in flight is done. */
  stop(): void {
    this.#stop.abort();
  }

  async #receiveLoop(): Promise<void> {
    let failures = 0;
    while (!this.#stop.signal.aborted) {
      await this.#gate.pass();
      this.#moved();
      const reserved = await this.#inFlight.acquire(receiveCount);
      let messages: QueueMessage[] = [];
      try {
        messages = await this.#receive(reserved);
        failures = 0;
      } catch (error) {
        if (this.#stop.signal.aborted) break;
        this.#parts.metrics.errors.inc({ service: 'sqs' });
        this.#parts.logger.error(
          { err: error, queueUrl: this.#parts.settings.SQS_QUEUE_URL },
          'Cannot receive from SQS; retrying',
        );
        await backOff(failures++, this.#stop.signal);
      } finally {
        this.#moved();
        this.#inFlight.release(reserved - messages.length);
      }
      for (const message of messages) void this.#handleTraced(message);
    }
  }

  async #receive(count: number): Promise<QueueMessage[]> {
    if (this.#stop.signal.aborted) return [];
    const messages = await this.#parts.queue.receive(count);
    const ages = messages.map(({ sentAt }) => (Date.now() - sentAt) / 1_000);
    this.#parts.metrics.lastReceive.setToCurrentTime();
    this.#parts.metrics.received.inc(messages.length);
    this.#parts.metrics.oldestReceived.set(Math.max(0, ...ages));
    this.#parts.metrics.inFlight.inc(messages.length);
    return messages;
  }

  /** The trace of a build begins here. */
  async #handleTraced(message: QueueMessage): Promise<void> {
    const attributes = {
      'messaging.system': 'aws_sqs',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': this.#parts.settings.SQS_QUEUE_URL?.split('/').at(-1) ?? '',
      'messaging.message.id': message.id,
    };
    await inSpan('SQS message', { kind: SpanKind.CONSUMER, attributes }, () => this.#handle(message));
  }

  async #handle(message: QueueMessage): Promise<void> {
    const logger = this.#parts.logger.child({ messageId: message.id });
    try {
      const plan = planIngestion(message.id, message.body);
      for (const reason of plan.ignored) this.#parts.metrics.ignored.inc({ reason });
      if (plan.kind === 'nothing') {
        logger.debug({ reasons: plan.ignored }, 'Nothing to ingest');
        await this.#acknowledge(message);
        return;
      }
      annotateSpan({ workflowId: plan.workflowId, ...objectOf(plan) });
      using running = this.#parts.running?.expect(plan.workflowId);
      const start = await this.#startUntilAccepted(plan, message, logger);
      if (!start) {
        await this.#parts.queue.giveBack(message).catch((error) => this.#warnOfVisibility(error, logger));
        return;
      }
      await this.#acknowledge(message);
      // Several objects are ingested by child workflows, which are not begun here.
      if (start.eagerly && plan.input.objects.length <= 1) await running?.ended;
    } catch (error) {
      await this.#reject(message, error, logger);
    } finally {
      this.#moved();
      this.#inFlight.release(1);
      this.#parts.metrics.inFlight.dec();
    }
  }

  async #reject(message: QueueMessage, error: unknown, logger: Logger): Promise<void> {
    const fields = { err: error, body: message.body };
    try {
      await this.#parts.queue.sendToDeadLetters(
        message,
        error instanceof Error ? error.message : String(error),
      );
      this.#parts.metrics.rejected.inc();
      logger.error(fields, 'No workflow can be started for this message; it is now in the dead-letter queue');
      await this.#acknowledge(message);
    } catch (cause) {
      // SQS delivers it again, and moves it to the dead-letter queue in the end.
      this.#parts.metrics.errors.inc({ service: 'sqs' });
      logger.error(
        { ...fields, cause },
        'No workflow can be started for this message, and it cannot be moved to the dead-letter queue; it stays in SQS',
      );
    }
  }

  #moved(): void {
    this.#movedAt = performance.now();
  }

  /** Returns undefined if the poller was stopped before Temporal accepted. */
  async #startUntilAccepted(
    plan: Extract<PlannedIngestion, { kind: 'ingestion' }>,
    message: QueueMessage,
    logger: Logger,
  ): Promise<StartResult | undefined> {
    const { workflowId } = plan;
    if (plan.input.unreadableBody !== undefined) this.#parts.metrics.unreadable.inc();
    // Also during an attempt, which can take longer: the client retries too.
    using _renewal = setInterval(
      () => this.#parts.queue.extend(message).catch((error) => this.#warnOfVisibility(error, logger)),
      this.#parts.settings.SQS_VISIBILITY_SECONDS * 500,
    );
    for (let attempt = 0; ; attempt++) {
      try {
        const start = await startIngestion(this.#parts.starter, plan);
        const { result } = start;
        const lagMilliseconds = Math.max(0, Date.now() - message.sentAt);
        this.#parts.metrics.started.inc({ result });
        this.#parts.metrics.lag.observe(lagMilliseconds / 1_000);
        logger.info(
          { workflowId, ...objectOf(plan), result, lagMilliseconds },
          'Temporal accepted the message',
        );
        return start;
      } catch (error) {
        if (error instanceof StartRejectedError) throw error;
        this.#parts.metrics.errors.inc({ service: 'temporal' });
        logger.error(
          { err: error, workflowId, ...objectOf(plan), attempt },
          'Temporal did not accept a workflow; retrying',
        );
      }
      this.#moved();
      if (this.#stop.signal.aborted) return undefined;
      await backOff(attempt, this.#stop.signal);
    }
  }

  async #acknowledge(message: QueueMessage): Promise<void> {
    const isDeleted = await this.#parts.queue.acknowledge(message);
    (isDeleted ? this.#parts.metrics.deleted : this.#parts.metrics.deleteFailures).inc();
  }

  #warnOfVisibility(error: unknown, logger: Logger): void {
    logger.warn({ err: error }, 'SQS did not change the visibility of a message');
  }
}

/** A counting semaphore of which several permits can be acquired at once: as many as are free, up to a number. */
class Semaphore {
  readonly #size: number;
  #taken = 0;
  #waiting: (() => void)[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  /**
   * Waits until at least one permit is free and takes as many as are.
   *
   * @param wanted the most to take
   * @returns how many were taken, at least one
   */
  async acquire(wanted: number): Promise<number> {
    while (this.#taken >= this.#size) await this.#nextRelease();
    const acquired = Math.min(wanted, this.#size - this.#taken);
    this.#taken += acquired;
    return acquired;
  }

  release(count: number): void {
    this.#taken -= count;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async idle(): Promise<void> {
    while (this.#taken > 0) await this.#nextRelease();
  }

  #nextRelease(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

function objectOf({ input: { objects } }: Extract<PlannedIngestion, { kind: 'ingestion' }>) {
  const [first, ...others] = objects;
  return first && others.length === 0 ? { bucket: first.bucket, key: first.key } : {};
}

/**
 * Waits before another attempt: 200 ms, doubled with each attempt up to ten seconds, a random half of it left out so
 * that many pollers do not come back at the same moment.
 *
 * @param attempt 0 for the first wait
 * @param signal ends the wait at once; the promise resolves all the same
 */
export async function backOff(attempt: number, signal: AbortSignal): Promise<void> {
  const longest = Math.min(10_000, 200 * 2 ** attempt);
  const wait = longest * (0.5 + Math.random() / 2);
  await sleep(wait, undefined, { signal }).catch(() => undefined);
}
