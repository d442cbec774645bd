import { z } from 'zod';
import { listOperatorActions } from '../../drizzle/queries/audit-log.ts';
import { parseLossless } from '../../schema/lossless-json.ts';
import { temporalWorkflowUrl } from '../builds/addresses.ts';
import { moment } from '../builds/record-schema.ts';
import { jsonResponse } from '../json-response.ts';
import { type ApiRoute, apiRoute } from '../openapi/api-route.ts';
import { badRequest, unavailable } from '../openapi/http-problem.ts';
import { cursorParameter, nextPage, pageSize } from '../openapi/paging.ts';
import { needsToken, requireToken, tokenRefusals } from './authorization.ts';
import type { OperationsContext } from './operations-context.ts';

export const actionPage = z
  .object({
    actions: z.array(
      z.object({
        id: z.string(),
        at: moment,
        operator: z.string().describe('Who, by their own account'),
        via: z.string().describe('`api` or `command line`'),
        remote_address: z.string().nullable(),
        action: z.string(),
        parameters: z.unknown(),
        outcome: z
          .enum(['begun', 'started', 'done', 'failed'])
          .describe(
            '`started`: an operation or a retry that was still running when the action returned; `begun`: its end was never recorded',
          ),
        result: z.string().nullable().describe('For people'),
        workflow_id: z.string().nullable(),
        temporal_url: z.string().nullable(),
      }),
    ),
    next: z.string().nullable().describe('Address of the next page; null on the last'),
  })
  .meta({ id: 'OperatorActionPage' });

export type ActionPage = z.output<typeof actionPage>;

/** `/api/operations/actions`: the audit log, for operators, since it has their names and addresses. */
export function actionsRoute({ database, links, config }: OperationsContext): ApiRoute {
  return apiRoute(
    {
      method: 'get',
      path: '/api/operations/actions',
      operationId: 'listOperatorActions',
      tag: 'Operations',
      summary: 'The audit log of operators, the newest first',
      description: needsToken,
      query: z.object({ limit: pageSize, after: cursorParameter(0).optional() }),
      responses: {
        200: { description: 'A page', content: { 'application/json': actionPage } },
        400: badRequest,
        ...tokenRefusals,
        503: unavailable,
      },
    },
    async (c, { query: { limit, after } }) => {
      requireToken(c, config.OPERATIONS_TOKEN);
      const [before] = after ?? [];
      const rows = await listOperatorActions(
        database,
        limit + 1,
        before === undefined ? undefined : BigInt(before),
      );
      const { page, next } = nextPage(c, rows, limit, ({ id }) => [String(id)]);
      const actions = page.map((row) => ({
        id: String(row.id),
        at: row.at,
        operator: row.operator,
        via: row.via,
        remote_address: row.remoteAddress,
        action: row.action,
        parameters: parseLossless(row.parameters),
        outcome: row.outcome,
        result: row.result,
        workflow_id: row.workflowId,
        temporal_url: row.workflowId === null ? null : temporalWorkflowUrl(links, row.workflowId),
      }));
      return jsonResponse({ actions, next }, 200, { 'Cache-Control': 'no-store' });
    },
  );
}
