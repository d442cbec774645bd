import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { readQueueState } from '../../aws/queue-state.ts';
import { readStoreState } from '../../drizzle/queries/store-state.ts';
import { within } from '../../operations/within.ts';
import { describeError } from '../../telemetry/describe-error.ts';
import { readTaskQueueState, retryingQuery } from '../../temporal/task-queue-state.ts';
import { temporalWorkflowListUrl } from '../builds/addresses.ts';
import { moment } from '../builds/record-schema.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { ApiRoute } from '../openapi/api-route.ts';
import { readRoute } from './operations-route.ts';

const queue = z.object({
  waiting: z.int().describe('Messages that can be received'),
  in_flight: z.int().describe('Messages that a poller has received and not deleted'),
  delayed: z.int(),
});

export const operationsState = z
  .object({
    queue: queue.nullable(),
    dead_letters: queue.nullable(),
    oldest_message_seconds: z
      .number()
      .nullable()
      .describe('Upper limit of the age of the oldest message; SQS does not report it exactly'),
    builds: z.int().nullable().describe('About how many builds there are'),
    newest_build_at: moment.nullable(),
    unindexed: z
      .int()
      .nullable()
      .describe('Builds that have not been searchable for more than a minute, counted up to 10,000'),
    failures: z.object({ invalid: z.int(), missing: z.int(), unreadable: z.int() }).nullable(),
    retrying: z
      .int()
      .nullable()
      .describe('Ingestions that wait for their next attempt, as while a store is down'),
    retrying_url: z.string().describe('The same in the Temporal UI'),
    workers: z.int().nullable().describe('Processes that poll Temporal for work'),
    bucket: z.string().describe('The bucket of operations that name no other'),
    index: z.string().describe('Alias of the index'),
    can_write: z.boolean().describe('Whether a token is set, so that actions are possible'),
    temporal_url: z.string(),
    problems: z
      .array(z.object({ service: z.string(), problem: z.string() }))
      .describe('Services that did not respond; what they know is null'),
  })
  .meta({ id: 'OperationsState' });

export type OperationsState = z.output<typeof operationsState>;

export function stateRoute(context: ApiDependencies): ApiRoute {
  const states = new LRUCache<'now', object>({ max: 1, ttl: 1_000, fetchMethod: stateReader(context) });
  return readRoute(
    {
      path: '/api/operations/state',
      operationId: 'getOperationsState',
      summary: 'State of queue, stores and workers',
      example: '/api/operations/state',
      shows: 'The state',
      schema: operationsState,
    },
    () => states.forceFetch('now'),
  );
}

/** Milliseconds that each service has to respond. */
const timeLimit = 5_000;

/** Reads the state of everything at once; an unavailable service leaves its part out. */
function stateReader({ sqs, database, temporal, config }: ApiDependencies) {
  const { SQS_QUEUE_URL, SQS_DEAD_LETTER_QUEUE_URL, TEMPORAL_TASK_QUEUE: taskQueue } = config;
  /** Milliseconds since 1970 at which this process saw the queue empty. */
  let emptyAt = 0;
  return async () => {
    const problems = new Map<string, string>();
    const ask = async <T>(service: string, request: Promise<T>): Promise<T | null> =>
      await within(request, timeLimit).catch((error: unknown) => {
        const { message, type } = describeError(error);
        problems.set(service, message || type);
        return null;
      });
    const askQueue = async (url: string | undefined) => {
      const state = url ? await ask('SQS', readQueueState(sqs, url)) : null;
      return state && { waiting: state.waiting, in_flight: state.inFlight, delayed: state.delayed };
    };
    const [queue, deadLetters, store, tasks, retrying] = await Promise.all([
      askQueue(SQS_QUEUE_URL),
      askQueue(SQS_DEAD_LETTER_QUEUE_URL),
      ask('PostgreSQL', readStoreState(database)),
      ask('Temporal', readTaskQueueState(temporal, taskQueue, 'workflow')),
      ask('Temporal', temporal.workflow.count(retryingQuery(taskQueue))),
    ]);
    const now = Date.now();
    if (queue?.waiting === 0 && queue.in_flight === 0) emptyAt = now;
    // SQS reports the age to CloudWatch only, and receiving messages to read it would count as deliveries. The oldest came
    // after the queue was last seen empty, and after the event of the object that was ingested last.
    const since = Math.max(emptyAt, store?.newestEventAt?.getTime() ?? 0);
    return {
      queue,
      dead_letters: deadLetters,
      oldest_message_seconds: queue && since > 0 ? Math.max(0, (now - since) / 1_000) : null,
      builds: store?.builds ?? null,
      newest_build_at: store?.newestBuildAt ?? null,
      unindexed: store?.unindexed ?? null,
      failures: store && {
        invalid: store.invalid,
        missing: store.missing,
        unreadable: store.unreadable,
      },
      retrying: retrying?.count ?? null,
      retrying_url: temporalWorkflowListUrl(config, retryingQuery(taskQueue)),
      workers: tasks?.workers ?? null,
      bucket: config.S3_BUCKET,
      index: config.ELASTICSEARCH_INDEX,
      can_write: Boolean(config.OPERATIONS_TOKEN),
      temporal_url: temporalWorkflowListUrl(config),
      problems: [...problems].map(([service, problem]) => ({ service, problem })),
    };
  };
}
