import {
  ChangeMessageVisibilityCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { SpanKind } from '@opentelemetry/api';
import type { Config } from '../../config/config.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { PollerMetrics } from '../../telemetry/metrics.ts';
import { annotateSpan, inSpan } from '../../telemetry/tracing/in-span.ts';
import { spanAttributes } from '../../telemetry/tracing/span-attributes.ts';
import { BacklogGate } from './backlog-gate.ts';
import { backOff } from './backoff.ts';
import { MessageDeleter } from './message-deleter.ts';
import type { RunningIngestions } from './running-ingestions.ts';
import { Slots } from './slots.ts';
import {
  type IngestionStarter,
  type PlannedIngestion,
  planIngestion,
  StartRejectedError,
  type StartResult,
  startIngestion,
} from './start-ingestion.ts';

/** SQS gives ten messages in one answer at most. */
const maxMessages = 10;

type Settings = Pick<
  Config,
  'SQS_WAIT_SECONDS' | 'SQS_VISIBILITY_SECONDS' | 'POLLER_RECEIVERS' | 'POLLER_SLOTS' | 'POLLER_MAX_BACKLOG'
>;

/**
 * Turns SQS messages into Temporal workflows, one for each.
 *
 * Several loops receive; together they hold as many messages as there are slots, and a slot is free again as soon as
 * its own message is done: Temporal has accepted its workflow and, where the worker of this process has begun it at
 * once, the worker is through with it. A message is deleted after Temporal has accepted its workflow and never before.
 * While Temporal is away the messages in hand are kept (their visibility is extended), so that they do not use up their
 * deliveries and end in the dead-letter queue.
 */
export class Poller {
  readonly #sqs: SQSClient;
  readonly #queueUrl: string;
  readonly #starter: IngestionStarter;
  readonly #settings: Settings;
  readonly #logger: Logger;
  readonly #metrics: PollerMetrics;
  readonly #running: RunningIngestions | undefined;
  readonly #slots: Slots;
  readonly #deleter: MessageDeleter;
  readonly #gate = new BacklogGate();
  readonly #stop = new AbortController();

  constructor(
    sqs: SQSClient,
    queueUrl: string,
    starter: IngestionStarter,
    settings: Settings,
    logger: Logger,
    metrics: PollerMetrics,
    running?: RunningIngestions,
  ) {
    this.#sqs = sqs;
    this.#queueUrl = queueUrl;
    this.#starter = starter;
    this.#settings = settings;
    this.#logger = logger;
    this.#metrics = metrics;
    this.#running = running;
    this.#slots = new Slots(settings.POLLER_SLOTS);
    this.#deleter = new MessageDeleter(sqs, queueUrl, logger, metrics);
    metrics.maxInFlight.set(settings.POLLER_SLOTS);
    metrics.lastReceive.setToCurrentTime();
  }

  /** Receives until {@link stop}, and resolves once every message in hand is done or given back. Never rejects. */
  async run(): Promise<void> {
    const { client, taskQueue } = this.#starter;
    const limit = this.#settings.POLLER_MAX_BACKLOG;
    const watching = this.#gate.watch(
      client,
      taskQueue,
      limit,
      this.#logger,
      this.#metrics,
      this.#stop.signal,
    );
    const loops = Array.from({ length: this.#settings.POLLER_RECEIVERS }, () => this.#receiveLoop());
    await Promise.all([watching, ...loops]);
    await this.#slots.empty();
  }

  /** Receives nothing more; {@link run} resolves when what is in hand is done. */
  stop(): void {
    this.#stop.abort();
  }

  async #receiveLoop(): Promise<void> {
    let failures = 0;
    while (!this.#stop.signal.aborted) {
      await this.#gate.pass();
      const reserved = await this.#slots.reserve(maxMessages);
      let messages: Message[] = [];
      try {
        messages = await this.#receive(reserved);
        failures = 0;
      } catch (error) {
        if (this.#stop.signal.aborted) break;
        this.#metrics.errors.inc({ service: 'sqs' });
        this.#logger.error({ err: error, queueUrl: this.#queueUrl }, 'Cannot receive from SQS; trying again');
        await backOff(failures++, this.#stop.signal);
      } finally {
        this.#slots.release(reserved - messages.length);
      }
      for (const message of messages) void this.#handleTraced(message);
    }
  }

  async #receive(count: number): Promise<Message[]> {
    if (this.#stop.signal.aborted) return [];
    const { Messages: messages = [] } = await this.#sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: this.#queueUrl,
        MaxNumberOfMessages: count,
        WaitTimeSeconds: this.#settings.SQS_WAIT_SECONDS,
        VisibilityTimeout: this.#settings.SQS_VISIBILITY_SECONDS,
        MessageSystemAttributeNames: ['SentTimestamp', 'ApproximateReceiveCount'],
      }),
      // Not ended by a stop: SQS may have handed out messages already, which nobody would see until their visibility ends.
      { abortSignal: AbortSignal.timeout((this.#settings.SQS_WAIT_SECONDS + 5) * 1_000) },
    );
    this.#metrics.lastReceive.setToCurrentTime();
    this.#metrics.received.inc(messages.length);
    this.#metrics.oldestReceived.set(Math.max(0, ...messages.map(ageInSeconds)));
    this.#metrics.inFlight.inc(messages.length);
    return messages;
  }

  /** The trace of a build begins here. */
  async #handleTraced(message: Message): Promise<void> {
    const attributes = {
      'messaging.system': 'aws_sqs',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': this.#queueUrl.split('/').at(-1) ?? '',
      ...spanAttributes({ messageId: message.MessageId }),
    };
    await inSpan('SQS message', { kind: SpanKind.CONSUMER, attributes }, () => this.#handle(message));
  }

  async #handle(message: Message): Promise<void> {
    const { MessageId: messageId = '', Body: body = '', ReceiptHandle: receiptHandle = '' } = message;
    const logger = this.#logger.child({ messageId });
    try {
      const plan = planIngestion(messageId, body);
      for (const reason of plan.ignored) this.#metrics.ignored.inc({ reason });
      if (plan.kind === 'nothing') {
        logger.debug({ reasons: plan.ignored }, 'Nothing to ingest');
        await this.#deleter.delete(receiptHandle);
        return;
      }
      annotateSpan(spanAttributes({ workflowId: plan.workflowId, ...objectOf(plan) }));
      using running = this.#running?.expect(plan.workflowId);
      const start = await this.#startUntilAccepted(plan, message, logger);
      if (!start) {
        await this.#giveBack(receiptHandle);
        return;
      }
      await this.#deleter.delete(receiptHandle);
      if (start.eagerly) await running?.ended;
    } catch (error) {
      // Left in the queue: SQS delivers it again, and moves it to the dead-letter queue in the end.
      this.#metrics.rejected.inc();
      logger.error({ err: error, body }, 'Cannot start a workflow for this message; it stays in SQS');
    } finally {
      this.#slots.release(1);
      this.#metrics.inFlight.dec();
    }
  }

  /** Returns undefined where the poller was told to stop before Temporal had accepted. */
  async #startUntilAccepted(
    plan: Extract<PlannedIngestion, { kind: 'ingestion' }>,
    message: Message,
    logger: Logger,
  ): Promise<StartResult | undefined> {
    const { workflowId } = plan;
    if (plan.input.unreadableBody !== undefined) this.#metrics.unreadable.inc();
    let hiddenSince = Date.now();
    for (let attempt = 0; ; attempt++) {
      const began = Date.now();
      try {
        const start = await startIngestion(this.#starter, plan);
        const { result } = start;
        this.#metrics.started.inc({ result });
        this.#metrics.startDuration.observe((Date.now() - began) / 1_000);
        const sent = Number(message.Attributes?.SentTimestamp ?? began);
        this.#metrics.lag.observe(Math.max(0, Date.now() - sent) / 1_000);
        const lagMilliseconds = Date.now() - sent;
        logger.info({ workflowId, ...objectOf(plan), result, lagMilliseconds }, 'Temporal has the message');
        return start;
      } catch (error) {
        if (error instanceof StartRejectedError) throw error;
        this.#metrics.errors.inc({ service: 'temporal' });
        logger.error(
          { err: error, workflowId, ...objectOf(plan), attempt },
          'Temporal did not accept a workflow; trying again',
        );
      }
      if (this.#stop.signal.aborted) return undefined;
      await backOff(attempt, this.#stop.signal);
      if (Date.now() - hiddenSince > this.#settings.SQS_VISIBILITY_SECONDS * 500) {
        await this.#changeVisibility(message.ReceiptHandle ?? '', this.#settings.SQS_VISIBILITY_SECONDS);
        hiddenSince = Date.now();
      }
    }
  }

  /** Makes a message visible to the other pollers at once. */
  async #giveBack(receiptHandle: string): Promise<void> {
    await this.#changeVisibility(receiptHandle, 0);
  }

  async #changeVisibility(ReceiptHandle: string, VisibilityTimeout: number): Promise<void> {
    const command = { QueueUrl: this.#queueUrl, ReceiptHandle, VisibilityTimeout };
    await this.#sqs.send(new ChangeMessageVisibilityCommand(command)).catch((error: unknown) => {
      this.#logger.warn({ err: error }, 'SQS did not change the visibility of a message');
    });
  }
}

/** Bucket and key, where the message is about one object. */
function objectOf({ input: { objects } }: Extract<PlannedIngestion, { kind: 'ingestion' }>) {
  const [first, ...others] = objects;
  return first && others.length === 0 ? { bucket: first.bucket, key: first.key } : {};
}

/** Seconds since a message was first sent to SQS. */
function ageInSeconds({ Attributes }: Message): number {
  return (Date.now() - Number(Attributes?.SentTimestamp ?? Date.now())) / 1_000;
}
