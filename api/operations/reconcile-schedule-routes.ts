import { z } from 'zod';
import {
  deleteReconcileSchedule,
  readReconcileSchedule,
  setReconcileSchedule,
} from '../../operations/reconcile-schedule.ts';
import { scheduledReconcileInput } from '../../operations/registry.ts';
import { duration } from '../../operations/time-input.ts';
import { within } from '../../operations/within.ts';
import { moment } from '../builds/record-schema.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { temporalTimeLimit } from '../ingestions/runs.ts';
import type { ApiRoute } from '../openapi/api-route.ts';
import { mutationRoute, readRoute } from './operations-route.ts';

export const reconcileScheduleResponse = z
  .object({
    schedule: z
      .object({
        every: z
          .string()
          .nullable()
          .describe('Such as `30m`, `6h`, `1d`; null for other times set in Temporal'),
        repair: z.boolean().nullable().describe('Whether differences are repaired, or only reported'),
        contents: z.string().nullable(),
        extent: z.string().nullable(),
        bucket: z.string().nullable(),
        is_paused: z.boolean().describe('Whether it was paused in Temporal'),
        last_run_at: moment.nullable().describe('When it last started a run'),
        next_run_at: moment.nullable(),
      })
      .nullable()
      .describe('null if none is set'),
  })
  .meta({ id: 'ReconcileSchedule' });

export type ReconcileScheduleResponse = z.output<typeof reconcileScheduleResponse>;

export function reconcileScheduleRoutes(context: ApiDependencies): ApiRoute[] {
  return [
    readRoute(
      {
        path: '/api/operations/reconcile-schedule',
        operationId: 'getReconcileSchedule',
        summary: 'The schedule of reconciliations',
        example: '/api/operations/reconcile-schedule',
        shows: 'The schedule',
        schema: reconcileScheduleResponse,
      },
      async () => {
        const schedule = await within(readReconcileSchedule(context), temporalTimeLimit);
        return { schedule: schedule ?? null };
      },
    ),
    mutationRoute(
      context,
      {
        path: '/api/operations/reconcile-schedule',
        operationId: 'setReconcileSchedule',
        summary: 'Create or replace the schedule of reconciliations',
        description: 'A run that is due while another one is running is skipped.',
        action: 'reconcile-schedule.set',
        body: scheduledReconcileInput.safeExtend({
          every: duration.describe('How often, such as `30m`, `6h` or `1d`'),
        }),
        example: { every: '6h', repair: true },
      },
      ({ every, ...input }) => setReconcileSchedule(context, String(every), input),
    ),
    mutationRoute(
      context,
      {
        path: '/api/operations/reconcile-schedule/remove',
        operationId: 'deleteReconcileSchedule',
        summary: 'Delete the schedule of reconciliations',
        description: 'A run that it has started continues.',
        action: 'reconcile-schedule.delete',
        body: z.strictObject({}),
        example: {},
      },
      () => deleteReconcileSchedule(context),
    ),
  ];
}
