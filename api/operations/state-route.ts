import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { QueueState } from '../../aws/queue-state.ts';
import { type SystemState, stateReader } from '../../operations/system-state.ts';
import { retryingQuery } from '../../temporal/task-queue-state.ts';
import { temporalWorkflowListUrl } from '../builds/addresses.ts';
import { moment } from '../builds/record-schema.ts';
import { jsonResponse } from '../json-response.ts';
import { type ApiRoute, apiRoute } from '../openapi/api-route.ts';
import { unavailable } from '../openapi/http-problem.ts';
import type { OperationsContext } from './operations-context.ts';

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

/** `/api/operations/state`: what an operator looks at first. */
export function stateRoute(context: OperationsContext): ApiRoute {
  const { config, links } = context;
  const read = stateReader({
    ...context,
    queueUrl: config.SQS_QUEUE_URL,
    deadLetterQueueUrl: config.SQS_DEAD_LETTER_QUEUE_URL,
    taskQueue: config.TEMPORAL_TASK_QUEUE,
  });
  const states = new LRUCache<'now', SystemState>({ max: 1, ttl: 1_000, fetchMethod: read });
  return apiRoute(
    {
      method: 'get',
      path: '/api/operations/state',
      operationId: 'getOperationsState',
      tag: 'Operations',
      summary: 'State of queue, stores and workers',
      example: '/api/operations/state',
      responses: {
        200: { description: 'The state', content: { 'application/json': operationsState } },
        503: unavailable,
      },
    },
    async () => {
      const {
        queue: main,
        deadLetters,
        oldestMessageSeconds,
        store,
        retrying,
        workers,
        problems,
      } = await states.forceFetch('now');
      const body = {
        queue: queueAnswer(main),
        dead_letters: queueAnswer(deadLetters),
        oldest_message_seconds: oldestMessageSeconds ?? null,
        builds: store?.builds ?? null,
        newest_build_at: store?.newestBuildAt ?? null,
        unindexed: store?.unindexed ?? null,
        failures: store
          ? { invalid: store.invalid, missing: store.missing, unreadable: store.unreadable }
          : null,
        retrying: retrying ?? null,
        retrying_url: temporalWorkflowListUrl(links, retryingQuery(config.TEMPORAL_TASK_QUEUE)),
        workers: workers ?? null,
        bucket: config.S3_BUCKET,
        index: config.ELASTICSEARCH_INDEX,
        can_write: Boolean(config.OPERATIONS_TOKEN),
        temporal_url: temporalWorkflowListUrl(links),
        problems,
      };
      return jsonResponse(body, 200, { 'Cache-Control': 'no-store' });
    },
  );
}

function queueAnswer(state: QueueState | undefined) {
  return state ? { waiting: state.waiting, in_flight: state.inFlight, delayed: state.delayed } : null;
}
