import { z } from 'zod';
import {
  findUnreadableMessage,
  type RecentMessage,
  recentUnreadableMessages,
} from '../../drizzle/queries/unreadable-messages.ts';
import { type LinkConfig, temporalRunUrl } from '../builds/addresses.ts';
import { moment } from '../builds/record-schema.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { ApiRoute } from '../openapi/api-route.ts';
import { HttpProblem, problem } from '../openapi/http-problem.ts';
import { cursorParameter, nextPage, pageSize } from '../openapi/paging.ts';
import { readRoute } from '../operations/operations-route.ts';

const listedMessage = z
  .object({
    message_id: z.string(),
    reason: z.string(),
    body_length: z.int().describe('Characters'),
    attempts: z.int(),
    first_attempt_at: moment,
    last_attempt_at: moment,
    workflow_id: z.string(),
    run_id: z.string(),
    temporal_url: z.string(),
    url: z.string().describe('The message at this API'),
  })
  .meta({ id: 'ListedMessage' });

export const messagePage = z
  .object({ messages: z.array(listedMessage), next: z.string().nullable() })
  .meta({ id: 'MessagePage' });

export const unreadableMessage = listedMessage
  .extend({ body: z.string().describe('As SQS delivered it') })
  .meta({ id: 'UnreadableMessage' });

/** Anybody may have sent what is not an S3 event, so only operators read it. */
export function messageRoutes({ database, config }: ApiDependencies): ApiRoute[] {
  const list = readRoute(
    {
      path: '/api/messages/unreadable',
      operationId: 'listUnreadableMessages',
      tag: 'Ingestions',
      summary: 'Unreadable SQS messages, latest attempt first',
      query: z.object({ limit: pageSize, after: cursorParameter(1).optional() }),
      shows: 'A page',
      schema: messagePage,
    },
    async ({ query: { limit, after } }, c) => {
      const [micros, messageId = ''] = after ?? [];
      const position = micros === undefined ? undefined : { micros, messageId };
      const rows = await recentUnreadableMessages(database, limit + 1, position);
      const { page, next } = nextPage(c, rows, limit, (row) => [row.micros, row.messageId]);
      return { messages: page.map((row) => messageResponse(row, config)), next };
    },
    config,
  );
  const one = readRoute(
    {
      path: '/api/messages/unreadable/{id}',
      operationId: 'getUnreadableMessage',
      tag: 'Ingestions',
      summary: 'One unreadable SQS message in full',
      pathParameters: z.object({ id: z.string().min(1).describe('SQS’s id of the message') }),
      shows: 'The message',
      schema: unreadableMessage,
      responses: { 404: problem('No such message, or a retry could read it') },
    },
    async ({ path: { id } }) => {
      const row = await findUnreadableMessage(database, id);
      if (row === undefined) {
        throw new HttpProblem(
          404,
          `No message ${id} is unreadable: there is none, or it could be read after all. See /api/messages/unreadable.`,
        );
      }
      const bodyLength = [...row.body].length;
      return { ...messageResponse({ ...row, bodyLength }, config), body: row.body };
    },
    config,
  );
  return [list, one];
}

function messageResponse(row: Omit<RecentMessage, 'micros'>, config: LinkConfig) {
  const { messageId, workflowId, runId } = row;
  return {
    message_id: messageId,
    reason: row.reason,
    body_length: row.bodyLength,
    attempts: row.attempts,
    first_attempt_at: row.firstSeenAt,
    last_attempt_at: row.lastAttemptAt,
    workflow_id: workflowId,
    run_id: runId,
    temporal_url: temporalRunUrl(config, workflowId, runId),
    url: `/api/messages/unreadable/${encodeURIComponent(messageId)}`,
  };
}
