import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { controlRun } from '../../operations/control.ts';
import { type Operation, runCommands } from '../../operations/operation.ts';
import { operations, perSecond, text } from '../../operations/registry.ts';
import { listFinished, listRunning, type Run, runJson, runStatuses } from '../../operations/runs.ts';
import { startOperation } from '../../operations/start.ts';
import { temporalRunUrl } from '../builds/addresses.ts';
import { moment } from '../builds/record-schema.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { ApiRoute } from '../openapi/api-route.ts';
import { wholeNumber } from '../openapi/paging.ts';
import { isOperator } from './authorization.ts';
import { mutationRoute, readRoute } from './operations-route.ts';

const names = operations.map(({ name }) => name);
const name = z.enum(names, `must be one of ${names.join(', ')}`);
const command = z.enum(runCommands, `must be one of ${runCommands.join(', ')}`);

const operationDescription = z.object({
  name,
  title: z.string(),
  description: z.string(),
  input: z.record(z.string(), z.unknown()).describe('JSON Schema of the body that starts it'),
  commands: z.array(command).describe('Commands that a running one accepts'),
});

export type OperationDescription = z.output<typeof operationDescription>;

export const operationList = z
  .object({ operations: z.array(operationDescription) })
  .meta({ id: 'OperationList' });

export type OperationList = z.output<typeof operationList>;

const progress = z
  .object({
    phase: z.string().describe('One word for the current step; `done`, `cancelled` or `failed` at the end'),
    dry_run: z.boolean(),
    unit: z.string().describe('What `done`, `total` and `rate` count'),
    done: z.number(),
    total: z.number().optional(),
    rate: z.number().describe('Units per second, over the last two minutes'),
    rate_limit: z
      .number()
      .nullable()
      .optional()
      .describe('Maximum units per second; null for no limit; missing if the operation takes none'),
    started_at: moment,
    seconds: z.number().describe('Since the start, pauses included'),
    seconds_left: z.number().optional(),
    facts: z.array(z.object({ label: z.string(), value: z.union([z.number(), z.string()]) })),
    problem: z.string().optional().describe('What is wrong and what to do'),
    repair: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('Of a comparison with differences: the input that repairs what was compared'),
  })
  .meta({ id: 'OperationProgress' });

const operationRun = z
  .object({
    workflow_id: z.string(),
    run_id: z.string(),
    name,
    title: z.string().describe('What it does, for people'),
    status: z.enum(runStatuses).describe('`waiting`: it is running, but no worker reports its progress'),
    requested_by: z.string().nullable().describe('The operator; null for a request without the token'),
    is_scheduled: z.boolean().describe('Whether a schedule has started it'),
    started_at: moment,
    finished_at: moment.nullable(),
    input: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe('The body that started it; null if it is longer than 8 kB'),
    progress: progress.nullable(),
    commands: z.array(command).describe('Commands that it accepts now'),
    temporal_url: z.string(),
  })
  .meta({ id: 'OperationRun' });

export type OperationRun = z.output<typeof operationRun>;

export const runList = z
  .object({
    running: z.array(operationRun),
    finished: z.array(operationRun).describe('The most recently finished runs, newest first'),
  })
  .meta({ id: 'OperationRunList' });

export type RunList = z.output<typeof runList>;

export function runRoutes(context: ApiDependencies): ApiRoute[] {
  const { config } = context;
  // Many pages may be open, and the progress of each run costs a query.
  const running = new LRUCache<'all', Run[]>({ max: 1, ttl: 500, fetchMethod: () => listRunning(context) });
  const asJson = (run: Run) => runJson(run, temporalRunUrl(config, run.workflowId, run.runId));
  return [
    readRoute(
      {
        path: '/api/operations',
        operationId: 'listOperations',
        summary: 'The operations, with the schema of their input',
        example: '/api/operations',
        shows: 'The operations',
        schema: operationList,
      },
      () => ({
        operations: operations.map(({ name, title, description, input, commands }) => ({
          ...{ name, title, description, commands },
          input: z.toJSONSchema(input, { io: 'input' }),
        })),
      }),
    ),
    readRoute(
      {
        path: '/api/operations/runs',
        operationId: 'listOperationRuns',
        summary: 'Running and finished operations',
        example: '/api/operations/runs?name=backfill',
        query: z.object({
          name: z
            .array(name)
            .optional()
            .describe('Only runs of this operation; repeat it for several operations'),
          limit: wholeNumber
            .min(0, 'must be 0 to 100')
            .max(100, 'must be 0 to 100')
            .default(20)
            .describe('Maximum number of finished runs'),
        }),
        shows: 'The runs',
        schema: runList,
      },
      async ({ query: { name: wanted, limit } }, c) => {
        const chosen = operations.filter(({ name }) => !wanted?.length || wanted.includes(name));
        const [open, finished] = await Promise.all([
          running.forceFetch('all'),
          listFinished(context, chosen, limit),
        ]);
        const isPrivate = !isOperator(c, config.OPERATIONS_TOKEN);
        const shown = (run: Run) => asJson(isPrivate ? { ...run, requestedBy: undefined } : run);
        return {
          running: open.filter(({ operation }) => chosen.includes(operation)).map(shown),
          finished: finished.map(shown),
        };
      },
    ),
    mutationRoute(
      context,
      {
        path: '/api/operations/runs/control',
        operationId: 'controlOperationRun',
        summary: 'Pause, resume, cancel or limit a running operation',
        action: 'runs.control',
        body: z
          .strictObject({
            workflow_id: text,
            command,
            per_second: perSecond
              .nullable()
              .optional()
              .describe('With `limit`: maximum units per second; null for no limit'),
          })
          .refine(
            ({ command, per_second }) => (command === 'limit') === (per_second !== undefined),
            'per_second goes with the command limit, and with no other',
          ),
        example: { workflow_id: 'reindex:buildhub2', command: 'pause' },
      },
      ({ workflow_id, command, per_second }) => controlRun(context, workflow_id, command, per_second),
    ),
    ...operations.map((operation) => startRoute(context, operation)),
  ];
}

function startRoute(context: ApiDependencies, operation: Operation): ApiRoute {
  const { name, title, description, input, examples } = operation;
  return mutationRoute(
    context,
    {
      path: `/api/operations/${name}/start`,
      operationId: `start${name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
      summary: `Start: ${title}`,
      description: `${description} Its progress is in \`/api/operations/runs?name=${name}\`.`,
      action: `${name}.start`,
      body: input,
      example: examples[0]?.input,
    },
    async (body, operator) => {
      const { workflowId } = await startOperation(operation, body, context, operator);
      const result = `Started: ${operation.summary(body, context.config)}`;
      return { result, workflowId, outcome: 'started' };
    },
  );
}
