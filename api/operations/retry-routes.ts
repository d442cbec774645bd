import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { findMessageRetry, findObjectRetry, outcomeOfRetry } from '../../operations/find-retry.ts';
import { startRetry, startRetryFailed } from '../../temporal/start-retry.ts';
import type { ApiRoute } from '../openapi/api-route.ts';
import { HttpProblem } from '../openapi/http-problem.ts';
import { concurrency, perSecond, sinceTime, text } from './body-members.ts';
import type { OperationsContext } from './operations-context.ts';
import { writingRoute } from './writing-route.ts';

/** Milliseconds that an answer waits for what comes of one retry. */
const patience = 10_000;

const one = z.object({
  bucket: text.optional().describe('Bucket of the object; S3_BUCKET by default'),
  key: text.optional().describe('Key of an object'),
  message_id: text.optional().describe('In place of a key: the id of an SQS message that could not be read'),
});

const objects = z
  .strictObject({
    outcomes: z
      .array(z.enum(['invalid', 'missing']))
      .min(1)
      .optional(),
    bucket: text.optional(),
    prefix: text.optional().describe('What the key begins with'),
    reason: text.optional().describe('A part of the reason, in any case'),
    reason_group: text.optional().describe('A reason as `/api/ingestions/counts` groups them'),
    since: sinceTime.optional(),
  })
  .describe('Objects that failed, narrowed by what is given; all for `{}`');

const messages = z
  .strictObject({ reason: text.optional(), since: sinceTime.optional() })
  .describe('Messages that could not be read, narrowed by what is given; all for `{}`');

const many = z.object({
  objects: objects.optional(),
  messages: messages.optional(),
  per_second: perSecond.optional().describe('Begun per second at most'),
  concurrency: concurrency.default(20).describe('Open at the same time'),
});

/** Tries again what has failed: one object or message, a selection, or all. */
export function retryRoutes(context: OperationsContext): ApiRoute[] {
  const { temporal, database, config } = context;
  const queue = config.TEMPORAL_TASK_QUEUE;
  return [
    writingRoute(
      context,
      {
        path: '/api/operations/failures/retry-one',
        operationId: 'retryFailure',
        summary: 'Try one object or message again',
        description:
          'It is ingested as if S3 had told of it once more. Waits up to ten seconds for what comes of it; `outcome` is `running` where that was not long enough.',
        action: 'failures.retry-one',
        body: one,
        example: {
          key: 'pub/firefox/candidates/70.0-candidates/build2/win64/en-US/buildhub.json',
          who: 'me',
        },
      },
      async ({ bucket = config.S3_BUCKET, key, message_id: messageId }, operator) => {
        if ((key === undefined) === (messageId === undefined))
          throw new HttpProblem(400, 'Give `key` or `message_id`, one of the two');
        const retry =
          messageId === undefined
            ? await findObjectRetry(database, { bucket, key: key ?? '' })
            : await findMessageRetry(database, messageId);
        if (!retry) throw new HttpProblem(404, `No unreadable message has the id ${messageId}`);
        const handle = await startRetry(temporal, queue, retry, operator);
        const name = messageId === undefined ? `s3://${bucket}/${key}` : `message ${messageId}`;
        const ended = await Promise.race([
          outcomeOfRetry(handle),
          sleep(patience, undefined, { ref: false }),
        ]);
        const outcome = ended?.outcome ?? 'running';
        const because = ended?.reason === undefined ? '' : `: ${ended.reason}`;
        return {
          result: `${name}: ${outcome}${because}`,
          workflowId: handle.workflowId,
          details: { outcome, reason: ended?.reason ?? null },
        };
      },
    ),
    writingRoute(
      context,
      {
        path: '/api/operations/failures/retry',
        operationId: 'retryFailures',
        summary: 'Try a selection of failures again, or all',
        description:
          'Starts a workflow that pages through the failures. `{"objects": {}, "messages": {}}` is all of them.',
        action: 'failures.retry',
        body: many,
        example: { objects: { reason: 'is not one of', since: '7d' }, per_second: 10, who: 'me' },
      },
      async ({ objects, messages, per_second, concurrency }, operator) => {
        if (!objects && !messages)
          throw new HttpProblem(400, 'Give `objects`, `messages` or both; `{}` in either is all of them');
        const { reason_group: reasonGroup, ...rest } = objects ?? {};
        const selection = {
          ...(objects && { objects: { ...rest, ...(reasonGroup !== undefined && { reasonGroup }) } }),
          ...(messages && { messages }),
        };
        const input = { selection, concurrency, ...(per_second !== undefined && { rateLimit: per_second }) };
        const { workflowId } = await startRetryFailed(temporal, queue, input, operator);
        return { result: 'The failures are being tried again', workflowId };
      },
    ),
  ];
}
