import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import type { Database } from '../drizzle/connect.ts';
import { readStoreState, type StoreState } from '../drizzle/queries/store-state.ts';

/** How many messages a queue has; about, as SQS counts. */
export interface QueueState {
  readonly waiting: number;
  /** Received, and neither deleted nor visible again. */
  readonly inFlight: number;
  readonly delayed: number;
}

/** What an operator looks at first; undefined where the service that knows it does not answer. */
export interface SystemState {
  readonly queue: QueueState | undefined;
  readonly deadLetters: QueueState | undefined;
  /**
   * Seconds that the oldest message waits at most: since the queue was last seen empty, or since the event of the
   * newest object that was ingested, whichever is shorter; 0 for an empty queue. (SQS tells its age to CloudWatch only,
   * and a look into the queue would count as a delivery.)
   */
  readonly oldestMessageSeconds: number | undefined;
  readonly store: StoreState | undefined;
  /** Processes that have asked Temporal for work in the last minutes. */
  readonly workers: number | undefined;
  /** Services that did not answer, and why. */
  readonly problems: readonly { readonly service: string; readonly problem: string }[];
}

/** Where the state is read. */
export interface StateSources {
  readonly sqs: SQSClient;
  readonly queueUrl: string | undefined;
  readonly deadLetterQueueUrl: string | undefined;
  readonly database: Database;
  readonly temporal: Client;
  readonly taskQueue: string;
}

/** Milliseconds that each service has to answer. */
const timeLimit = 5_000;

/** Reads the state of everything at once; a service that is away leaves its part out. */
export function stateReader(sources: StateSources): () => Promise<SystemState> {
  const { sqs, queueUrl, deadLetterQueueUrl, database, temporal, taskQueue } = sources;
  /** Milliseconds since 1970 at which this process saw the queue empty. */
  let emptyAt: number | undefined;
  return async () => {
    const problems: { service: string; problem: string }[] = [];
    const ask = async <T>(service: string, what: Promise<T> | undefined): Promise<T | undefined> => {
      try {
        return what && (await withTimeLimit(what));
      } catch (error) {
        const problem = error instanceof Error ? error.message || error.name : String(error);
        if (!problems.some((known) => known.service === service)) problems.push({ service, problem });
        return undefined;
      }
    };
    const [queue, deadLetters, store, workers] = await Promise.all([
      ask('SQS', queueUrl === undefined ? undefined : countMessages(sqs, queueUrl)),
      ask('SQS', deadLetterQueueUrl === undefined ? undefined : countMessages(sqs, deadLetterQueueUrl)),
      ask('PostgreSQL', readStoreState(database)),
      ask('Temporal', countWorkers(temporal, taskQueue)),
    ]);
    const now = Date.now();
    const isEmpty = queue && queue.waiting + queue.inFlight === 0;
    if (isEmpty) emptyAt = now;
    const since = Math.max(emptyAt ?? 0, store?.newestEventAt?.getTime() ?? 0);
    const oldest = since === 0 ? undefined : Math.max(0, (now - since) / 1_000);
    return {
      queue,
      deadLetters,
      oldestMessageSeconds: queue && (isEmpty ? 0 : oldest),
      store,
      workers,
      problems,
    };
  };
}

async function countMessages(sqs: SQSClient, QueueUrl: string): Promise<QueueState> {
  const { Attributes: found = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ],
    }),
  );
  return {
    waiting: Number(found.ApproximateNumberOfMessages ?? 0),
    inFlight: Number(found.ApproximateNumberOfMessagesNotVisible ?? 0),
    delayed: Number(found.ApproximateNumberOfMessagesDelayed ?? 0),
  };
}

async function countWorkers(client: Client, taskQueue: string): Promise<number> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
  });
  // Temporal remembers pollers for five minutes after they were last heard of.
  const recent = (pollers ?? []).filter(
    ({ lastAccessTime }) => Date.now() / 1_000 - Number(lastAccessTime?.seconds ?? 0) < 90,
  );
  return new Set(recent.map(({ identity }) => identity)).size;
}

async function withTimeLimit<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeLimit / 1_000} seconds`)), timeLimit);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
