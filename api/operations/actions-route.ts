import { z } from 'zod';
import { listOperatorActions } from '../../drizzle/queries/audit-log.ts';
import { parseLossless } from '../../schema/lossless-json.ts';
import { temporalWorkflowUrl } from '../builds/addresses.ts';
import { moment } from '../builds/record-schema.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { ApiRoute } from '../openapi/api-route.ts';
import { cursorParameter, nextPage, pageSize } from '../openapi/paging.ts';
import { readRoute } from './operations-route.ts';

export const actionPage = z
  .object({
    actions: z.array(
      z.object({
        id: z.string(),
        at: moment,
        operator: z.string().describe('Name that the operator gave'),
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

/** For operators only, since the audit log has their names and addresses. */
export function actionsRoute({ database, config }: ApiDependencies): ApiRoute {
  return readRoute(
    {
      path: '/api/operations/actions',
      operationId: 'listOperatorActions',
      summary: 'The audit log, newest first',
      query: z.object({ limit: pageSize, after: cursorParameter(0).optional() }),
      shows: 'A page',
      schema: actionPage,
    },
    async ({ query: { limit, after } }, c) => {
      const [before] = after ?? [];
      const position = before === undefined ? undefined : BigInt(before);
      const rows = await listOperatorActions(database, limit + 1, position);
      const { page, next } = nextPage(c, rows, limit, ({ id }) => [String(id)]);
      const actions = page.map(({ remoteAddress, workflowId, ...row }) => ({
        ...row,
        id: String(row.id),
        remote_address: remoteAddress,
        parameters: parseLossless(row.parameters),
        workflow_id: workflowId,
        temporal_url: workflowId === null ? null : temporalWorkflowUrl(config, workflowId),
      }));
      return { actions, next };
    },
    config,
  );
}
