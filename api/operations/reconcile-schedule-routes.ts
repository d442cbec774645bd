import { z } from 'zod';
import { formatInterval, parseInterval } from '../../operations/interval.ts';
import {
  describeReconcileSchedule,
  type ReconcileScheduleState,
  scheduleReconcile,
  unscheduleReconcile,
} from '../../temporal/schedule-reconcile.ts';
import { writeJson } from '../builds/json-text.ts';
import { moment } from '../builds/record-schema.ts';
import { within } from '../ingestions/run/read-run.ts';
import { jsonTextResponse } from '../json/json-response.ts';
import { type ApiRoute, apiRoute } from '../openapi/api-route.ts';
import { unavailable } from '../openapi/http-problem.ts';
import { operationProblem } from './operation-problem.ts';
import type { OperationsContext } from './operations-context.ts';
import { reconcileBody } from './reconcile-route.ts';
import { writingRoute } from './writing-route.ts';

const interval = z.string().transform((text, context) => {
  const milliseconds = parseInterval(text);
  if (milliseconds !== undefined) return milliseconds;
  context.addIssue('must be a time as 30m, 6h or 1d');
  return z.NEVER;
});

export const reconcileScheduleAnswer = z
  .object({
    schedule: z
      .object({
        every: z
          .string()
          .nullable()
          .describe('As `30m`, `6h`, `1d`; null where somebody has given it other times in Temporal'),
        repair: z.boolean().nullable().describe('Whether what differs is mended, or only reported'),
        contents: z.string().nullable(),
        extent: z.string().nullable(),
        bucket: z.string().nullable(),
        is_paused: z.boolean().describe('Whether somebody has paused it in Temporal'),
        last_run_at: moment.nullable().describe('When it has started a run last'),
        next_run_at: moment.nullable(),
      })
      .nullable()
      .describe('null where none is set: then nothing is compared unless somebody asks for it'),
  })
  .meta({ id: 'ReconcileSchedule' });

export type ReconcileScheduleAnswer = z.output<typeof reconcileScheduleAnswer>;

/** Reconciling by itself: whether, how and when; made, changed and taken away. */
export function reconcileScheduleRoutes(context: OperationsContext): ApiRoute[] {
  const { temporal, config } = context;
  return [
    apiRoute(
      {
        method: 'get',
        path: '/api/operations/reconcile-schedule',
        operationId: 'getReconcileSchedule',
        tag: 'Operations',
        summary: 'Whether table, index and bucket are compared by themselves, how and when',
        example: '/api/operations/reconcile-schedule',
        responses: {
          200: { description: 'The schedule', content: { 'application/json': reconcileScheduleAnswer } },
          503: unavailable,
        },
      },
      async () => {
        const state = await within(describeReconcileSchedule(temporal, config)).catch((error) => {
          throw operationProblem(error);
        });
        const answer = { schedule: state ? scheduleAnswer(state) : null };
        return jsonTextResponse(writeJson(answer), 200, { 'Cache-Control': 'no-store' });
      },
    ),
    writingRoute(
      context,
      {
        path: '/api/operations/reconcile-schedule',
        operationId: 'setReconcileSchedule',
        summary: 'Compare table, index and bucket by itself from now on',
        description:
          'Makes the schedule, or changes all of it. A run that is due while another one goes on is left out.',
        action: 'reconcile.schedule',
        body: reconcileBody.extend({ every: interval.describe('How often, as `30m`, `6h` or `1d`') }),
        example: { every: '6h', repair: true, who: 'me' },
        recorded: ({ every, ...rest }) => ({ every: formatInterval(every), ...rest }),
      },
      async ({ every, bucket = config.S3_BUCKET, ...rest }) => {
        const isNew = await scheduleReconcile(temporal, config, { every, input: { ...rest, bucket } });
        return { result: `The schedule is ${isNew ? 'made' : 'changed'}: every ${formatInterval(every)}` };
      },
    ),
    writingRoute(
      context,
      {
        path: '/api/operations/reconcile-schedule/remove',
        operationId: 'removeReconcileSchedule',
        summary: 'Compare nothing by itself any more',
        description: 'A run that the schedule has started goes on.',
        action: 'reconcile.unschedule',
        body: z.object({}),
        example: { who: 'me' },
      },
      async () => ({
        result: (await unscheduleReconcile(temporal, config))
          ? 'The schedule is taken away'
          : 'There was no schedule',
      }),
    ),
  ];
}

function scheduleAnswer({ every, input, isPaused, last, next }: ReconcileScheduleState) {
  return {
    every: every === undefined ? null : formatInterval(every),
    repair: input?.repair ?? null,
    contents: input?.contents ?? null,
    extent: input?.extent ?? null,
    bucket: input?.bucket ?? null,
    is_paused: isPaused,
    last_run_at: last ?? null,
    next_run_at: next ?? null,
  };
}
