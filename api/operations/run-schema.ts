import { z } from 'zod';
import { limitedTypes } from '../../operations/control-run.ts';
import type { ListedRun } from '../../operations/list-runs.ts';
import { operationKinds, runCommands, runStatuses } from '../../operations/operation-run.ts';
import { type LinkSettings, temporalRunUrl } from '../builds/addresses.ts';
import { moment } from '../builds/record-schema.ts';

export const operationRun = z
  .object({
    workflow_id: z.string(),
    run_id: z.string(),
    kind: z.enum(operationKinds),
    title: z.string().describe('What it does, for people'),
    status: z.enum(runStatuses).describe('`waiting`: it runs, and no worker is there to say how far it is'),
    phase: z.string().nullable().describe('What it does at the moment'),
    is_dry_run: z.boolean(),
    requested_by: z.string().nullable(),
    is_scheduled: z.boolean().describe('Whether a schedule has started it, and nobody at the time'),
    started_at: moment,
    ended_at: moment.nullable(),
    share: z.number().nullable().describe('From 0 to 1, where the whole is known'),
    seconds: z.number().nullable().describe('Since the start, pauses included'),
    seconds_left: z.number().nullable(),
    limit: z
      .object({ unit: z.string(), per_second: z.number().nullable() })
      .nullable()
      .describe('Where `limit` can change it: of what so many per second at most, null for no limit'),
    speeds: z.array(z.object({ unit: z.string(), per_second: z.number() })),
    facts: z.array(z.object({ label: z.string(), value: z.union([z.number(), z.string()]) })),
    problem: z.string().nullable(),
    commands: z.array(z.enum(runCommands)).describe('What it can be told now'),
    temporal_url: z.string(),
    told: z.unknown().describe('Its progress or report in the shape of its kind'),
  })
  .meta({ id: 'OperationRun' });

export type OperationRun = z.output<typeof operationRun>;

/** A run as `operationRun` describes it. */
export function runAnswer(run: ListedRun, links: LinkSettings): OperationRun {
  const { workflowId, runId, status } = run;
  return {
    workflow_id: workflowId,
    run_id: runId,
    kind: run.kind,
    title: titleOf(run),
    status,
    phase: run.phase ?? null,
    is_dry_run: run.isDryRun,
    requested_by: run.requestedBy ?? null,
    is_scheduled: isScheduled(run),
    started_at: run.startedAt.toISOString(),
    ended_at: run.endedAt?.toISOString() ?? null,
    share: run.share ?? null,
    seconds: run.seconds ?? null,
    seconds_left: status === 'running' ? (run.secondsLeft ?? null) : null,
    limit: run.limit ? { unit: run.limit.unit, per_second: run.limit.perSecond } : null,
    speeds: run.speeds.map(({ unit, perSecond }) => ({ unit, per_second: perSecond })),
    facts: [...run.facts],
    problem: run.problem ?? null,
    commands: commandsOf(run),
    temporal_url: temporalRunUrl(links, workflowId, runId),
    told: run.told ?? null,
  };
}

function titleOf(run: ListedRun): string {
  const { workflowType, workflowId, isDryRun } = run;
  const [, place = workflowId] = /^[^:]*:(.*?)(?:@[^@]*)?$/s.exec(workflowId) ?? [];
  const titles: Record<string, string> = {
    backfill: `${isDryRun ? 'Dry run: backfill' : 'Backfill'} of s3://${place}*`,
    reindex: `Reindex of ${place}`,
    rollBack: `Return of ${place} to a former index`,
    dropIndexes: `Dropping of indexes of ${place}`,
    retryFailed: 'Retry of failures',
    reconcile: isScheduled(run) ? 'Reconcile, by the schedule' : 'Reconcile',
    importBuildhub2: 'Import of a Buildhub2 database',
  };
  return titles[workflowType] ?? workflowId;
}

/** By the id, which the report has too: Temporal puts the time behind that of what a schedule starts. */
function isScheduled({ kind, workflowId }: ListedRun): boolean {
  return kind === 'reconcile' && /-\d{4}-\d{2}-\d{2}T[\d:]+Z$/.test(workflowId);
}

function commandsOf({ status, workflowType }: ListedRun): OperationRun['commands'] {
  if (workflowType === 'dropIndexes') return [];
  const limit = limitedTypes.includes(workflowType) ? (['limit'] as const) : [];
  if (status === 'running') return ['pause', 'cancel', ...limit];
  if (status === 'pausing' || status === 'paused') return ['resume', 'cancel', ...limit];
  return status === 'waiting' ? ['pause', 'resume', 'cancel', ...limit] : [];
}
