import { z } from 'zod';
import { controlRun } from '../../operations/control-run.ts';
import { listEndedRuns, listOpenRuns } from '../../operations/list-runs.ts';
import { operationKinds, runCommands } from '../../operations/operation-run.ts';
import { writeJson } from '../builds/json-text.ts';
import { jsonTextResponse } from '../json/json-response.ts';
import { type ApiRoute, apiRoute } from '../openapi/api-route.ts';
import { badRequest, HttpProblem, unavailable } from '../openapi/http-problem.ts';
import { perSecond, text } from './body-members.ts';
import { keepBriefly } from './keep-briefly.ts';
import { operationProblem } from './operation-problem.ts';
import type { OperationsContext } from './operations-context.ts';
import { operationRun, runAnswer } from './run-schema.ts';
import { writingRoute } from './writing-route.ts';

export const runList = z
  .object({
    running: z.array(operationRun),
    ended: z.array(operationRun).describe('The last that have ended, the newest first'),
  })
  .meta({ id: 'OperationRunList' });

export type RunList = z.output<typeof runList>;

/** Backfills, reindexes, retries and the like: which there are, and what the open ones can be told. */
export function runRoutes(context: OperationsContext): ApiRoute[] {
  const { temporal, config, links } = context;
  const sources = { ...context, taskQueue: config.TEMPORAL_TASK_QUEUE };
  const readOpen = keepBriefly(500, () => listOpenRuns(sources, operationKinds));
  return [
    apiRoute(
      {
        method: 'get',
        path: '/api/operations/runs',
        operationId: 'listOperationRuns',
        tag: 'Operations',
        summary: 'Backfills, reindexes, retries and the like: what runs, and what has ended',
        example: '/api/operations/runs?kind=backfill',
        query: z.object({
          kind: z
            .array(z.enum(operationKinds, `must be one of ${operationKinds.join(', ')}`))
            .optional()
            .describe('Only these; several times for any of several'),
          limit: z.coerce
            .number('must be a whole number')
            .int('must be a whole number')
            .min(0, 'must be at least 0')
            .max(100, 'must be 100 at most')
            .default(20)
            .describe('How many that have ended'),
        }),
        responses: {
          200: { description: 'The runs', content: { 'application/json': runList } },
          400: badRequest,
          503: unavailable,
        },
      },
      async (_, { query: { kind, limit } }) => {
        const kinds = kind?.length ? kind : operationKinds;
        try {
          const [running, ended] = await Promise.all([readOpen(), listEndedRuns(sources, kinds, limit)]);
          const answer = {
            running: running.filter((run) => kinds.includes(run.kind)).map((run) => runAnswer(run, links)),
            ended: ended.map((run) => runAnswer(run, links)),
          };
          return jsonTextResponse(writeJson(answer), 200, { 'Cache-Control': 'no-store' });
        } catch (error) {
          throw operationProblem(error);
        }
      },
    ),
    writingRoute(
      context,
      {
        path: '/api/operations/runs/control',
        operationId: 'controlOperationRun',
        summary: 'Pause, resume, cancel or limit what runs',
        action: 'runs.control',
        body: z.object({
          workflow_id: text,
          command: z.enum(runCommands, `must be one of ${runCommands.join(', ')}`),
          per_second: perSecond
            .nullable()
            .optional()
            .describe(
              "With `limit`: so many per second at most of what the run's own `limit` names; null for no limit",
            ),
        }),
        example: { workflow_id: 'reindex:buildhub2', command: 'pause', who: 'me' },
      },
      async ({ workflow_id: workflowId, command, per_second: rate }) => {
        if ((command === 'limit') !== (rate !== undefined))
          throw new HttpProblem(400, '`per_second` goes with the command `limit`, and with no other');
        const queue = config.TEMPORAL_TASK_QUEUE;
        const result = await controlRun(temporal, queue, workflowId, command, rate ?? null);
        return { result, workflowId };
      },
    ),
  ];
}
