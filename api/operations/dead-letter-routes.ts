import { z } from 'zod';
import { listDeadLetters } from '../../aws/dead-letters.ts';
import { sendBackDeadLetters } from '../../aws/send-back-dead-letters.ts';
import { writeJson } from '../builds/json-text.ts';
import { moment } from '../builds/record-schema.ts';
import { jsonTextResponse } from '../json/json-response.ts';
import { type ApiRoute, apiRoute } from '../openapi/api-route.ts';
import { HttpProblem, notFound, unavailable } from '../openapi/http-problem.ts';
import { keepBriefly } from './keep-briefly.ts';
import { operationProblem } from './operation-problem.ts';
import type { OperationsContext } from './operations-context.ts';
import { writingRoute } from './writing-route.ts';

/** Messages that one look shows; the command line shows more. */
const mostShown = 100;

export const deadLetterList = z
  .object({
    dead_letters: z.array(
      z.object({
        message_id: z.string(),
        body: z.string(),
        sent_at: moment,
        receives: z.int().describe('How often it was received'),
      }),
    ),
  })
  .meta({ id: 'DeadLetterList' });

export type DeadLetterList = z.output<typeof deadLetterList>;

/** Looks into the dead-letter queue, and sends back. */
export function deadLetterRoutes(context: OperationsContext): ApiRoute[] {
  const { sqs, config } = context;
  const from = () => required(config.SQS_DEAD_LETTER_QUEUE_URL, 'SQS_DEAD_LETTER_QUEUE_URL');
  // A look hides the letters from everybody else, if only for a moment: those who look at the same time share it.
  const look = keepBriefly(5_000, () => listDeadLetters(sqs, from(), mostShown));
  return [
    apiRoute(
      {
        method: 'get',
        path: '/api/operations/dead-letters',
        operationId: 'listDeadLetters',
        tag: 'Operations',
        summary: `SQS messages that were received too often, up to ${mostShown}`,
        description: 'They stay where they are.',
        responses: {
          200: { description: 'The messages', content: { 'application/json': deadLetterList } },
          404: notFound('No dead-letter queue is set'),
          503: unavailable,
        },
      },
      async () => {
        const letters = await look().catch((error) => {
          throw operationProblem(error);
        });
        const answer = letters.map(({ messageId, body, sentAt, receives }) => ({
          message_id: messageId,
          body,
          sent_at: sentAt,
          receives,
        }));
        return jsonTextResponse(writeJson({ dead_letters: answer }), 200, { 'Cache-Control': 'no-store' });
      },
    ),
    writingRoute(
      context,
      {
        path: '/api/operations/dead-letters/send-back',
        operationId: 'sendBackDeadLetters',
        summary: 'Move messages from the dead-letter queue back to the queue',
        action: 'dead-letters.send-back',
        body: z.object({
          message_ids: z.array(z.string().min(1)).min(1).max(1_000).optional(),
          all: z.literal(true).optional().describe('In place of ids: all that are there now'),
        }),
        example: { all: true, who: 'me' },
      },
      async ({ message_ids: ids, all }) => {
        if ((ids === undefined) === (all === undefined))
          throw new HttpProblem(400, 'Give `message_ids` or `all`, one of the two');
        const to = required(config.SQS_QUEUE_URL, 'SQS_QUEUE_URL');
        const { sent } = await sendBackDeadLetters(sqs, from(), to, ids && new Set(ids));
        const missing = (ids?.length ?? sent) - sent;
        if (missing > 0)
          throw new HttpProblem(
            404,
            `${sent} sent back; ${missing} of the messages named were not in the dead-letter queue`,
          );
        return { result: `${sent} sent back`, details: { sent } };
      },
    ),
  ];
}

function required(url: string | undefined, variable: string): string {
  if (!url) throw new HttpProblem(404, `${variable} is not set at this API (see docs/configuration.md)`);
  return url;
}
