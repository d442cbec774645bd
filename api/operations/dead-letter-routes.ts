import { z } from 'zod';
import { listDeadLetters, redriveDeadLetters } from '../../aws/dead-letters.ts';
import { moment } from '../builds/record-schema.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { ApiRoute } from '../openapi/api-route.ts';
import { HttpProblem, problem } from '../openapi/http-problem.ts';
import { mutationRoute, readRoute } from './operations-route.ts';

/** Milliseconds after which a response says how many messages were moved so far. */
const redriveLimit = 15_000;

/** Messages that are listed; the command line lists more. */
const maxListed = 100;

export const deadLetterList = z
  .object({
    dead_letters: z.array(
      z.object({
        message_id: z.string(),
        body: z.string(),
        sent_at: moment,
        reason: z
          .string()
          .nullable()
          .describe('Why Temporal rejected it; null if it was delivered too many times'),
      }),
    ),
  })
  .meta({ id: 'DeadLetterList' });

export type DeadLetterList = z.output<typeof deadLetterList>;

export function deadLetterRoutes(context: ApiDependencies): ApiRoute[] {
  const { sqs, config } = context;
  const from = () => required(config.SQS_DEAD_LETTER_QUEUE_URL, 'SQS_DEAD_LETTER_QUEUE_URL');
  return [
    readRoute(
      {
        path: '/api/operations/dead-letters',
        operationId: 'listDeadLetters',
        summary: `Dead letters: SQS messages whose workflow could not be started, up to ${maxListed}`,
        description:
          'The messages stay in the queue and visible to other consumers. If there are many, SQS returns a sample.',
        shows: 'The messages',
        schema: deadLetterList,
        responses: { 404: problem('No dead-letter queue is set') },
      },
      async () => {
        const found = await listDeadLetters(sqs, from(), maxListed);
        return {
          dead_letters: found.map(({ messageId, body, sentAt, reason = null }) => {
            return { message_id: messageId, body, sent_at: sentAt, reason };
          }),
        };
      },
      config,
    ),
    mutationRoute(
      context,
      {
        path: '/api/operations/dead-letters/redrive',
        operationId: 'redriveDeadLetters',
        summary: 'Move all messages from the dead-letter queue back to the queue',
        action: 'dead-letters.redrive',
        body: z.strictObject({}),
        example: {},
      },
      async () => {
        const to = required(config.SQS_QUEUE_URL, 'SQS_QUEUE_URL');
        const deadline = Date.now() + redriveLimit;
        const moved = await redriveDeadLetters(sqs, from(), to, undefined, redriveLimit);
        const more = Date.now() < deadline ? '' : '. There may be more: repeat this to move them';
        return {
          result: `Messages moved back to the queue: ${moved.toLocaleString('en-US')}${more}`,
          details: { moved },
        };
      },
    ),
  ];
}

function required(url: string | undefined, variable: string): string {
  if (!url) throw new HttpProblem(404, `${variable} is not set at this API (see docs/configuration.md)`);
  return url;
}
