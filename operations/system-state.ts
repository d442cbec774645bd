import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Client } from '@temporalio/client';
import { type QueueState, readQueueState } from '../aws/queue-state.ts';
import type { Database } from '../drizzle/connect.ts';
import { readStoreState, type StoreState } from '../drizzle/queries/store-state.ts';
import { describeError } from '../telemetry/describe-error.ts';
import { readTaskQueueState, retryingQuery } from '../temporal/task-queue-state.ts';

/** What an operator looks at first; undefined if the service that knows it is unavailable. */
export interface SystemState {
  readonly queue: QueueState | undefined;
  readonly deadLetters: QueueState | undefined;
  /**
   * Upper limit of the age of the oldest message, in seconds: since the queue was last seen empty, or since the event of
   * the object that was ingested last, whichever is shorter; 0 for an empty queue. (SQS reports the age to CloudWatch
   * only, and receiving messages to read it would count as deliveries.)
   */
  readonly oldestMessageSeconds: number | undefined;
  readonly store: StoreState | undefined;
  /** Ingestions that wait for their next attempt, as while a store is down. */
  readonly retrying: number | undefined;
  /** Processes that poll Temporal for work. */
  readonly workers: number | undefined;
  /** Services that did not respond, and why. */
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

/** Milliseconds that each service has to respond. */
const timeLimit = 5_000;

/** Reads the state of everything at once; an unavailable service leaves its part out. */
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
        const { message, type } = describeError(error);
        const problem = message || type;
        if (!problems.some((known) => known.service === service)) problems.push({ service, problem });
        return undefined;
      }
    };
    const [queue, deadLetters, store, tasks, retrying] = await Promise.all([
      ask('SQS', queueUrl === undefined ? undefined : readQueueState(sqs, queueUrl)),
      ask('SQS', deadLetterQueueUrl === undefined ? undefined : readQueueState(sqs, deadLetterQueueUrl)),
      ask('PostgreSQL', readStoreState(database)),
      ask('Temporal', readTaskQueueState(temporal, taskQueue, 'workflow')),
      ask('Temporal', temporal.workflow.count(retryingQuery(taskQueue))),
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
      retrying: retrying?.count,
      workers: tasks?.workers,
      problems,
    };
  };
}

async function withTimeLimit<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no response within ${timeLimit / 1_000} seconds`)), timeLimit);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
