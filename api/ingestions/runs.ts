import {
  type Client,
  isGrpcServiceError,
  type WorkflowExecutionDescription,
  type WorkflowExecutionInfo,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { z } from 'zod';
import { retryWorkflowId } from '../../schema/s3/workflow-id.ts';
import { type LinkSettings, temporalRunUrl } from '../builds/addresses.ts';
import { moment } from '../builds/record-schema.ts';

const statuses = {
  RUNNING: 'running',
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'canceled',
  TERMINATED: 'terminated',
  TIMED_OUT: 'timed out',
  CONTINUED_AS_NEW: 'continued as new',
} as const;

const runStatus = z.enum(Object.values(statuses)).meta({ id: 'RunStatus' });

export const listedRun = z
  .object({
    workflow_id: z.string(),
    run_id: z.string(),
    status: runStatus,
    started_at: moment,
    ended_at: moment.nullable(),
    temporal_url: z.string(),
  })
  .meta({ id: 'ListedRun' });

const waitingStep = z
  .object({
    name: z.string().describe('The activity, for example `indexBuilds`'),
    attempts: z.int(),
    error: z.string().nullable().describe('Of the last attempt that failed'),
    next_attempt_at: moment.nullable().describe('null while an attempt is running'),
  })
  .meta({ id: 'WaitingStep' });

/** A run with what Temporal still knows about it. */
export const run = z
  .object({
    workflow_id: z.string(),
    run_id: z.string(),
    temporal_url: z.string().describe('Its history in the Temporal UI'),
    known: z
      .enum(['yes', 'forgotten', 'unavailable'])
      .describe(
        '`forgotten`: Temporal keeps runs only for its retention period; `unavailable`: Temporal is not responding',
      ),
    note: z.string().nullable().describe('Why Temporal’s part is missing'),
    status: runStatus.nullable(),
    started_at: moment.nullable(),
    ended_at: moment.nullable(),
    waiting: z.array(waitingStep).describe('Steps that Temporal is running or will retry'),
  })
  .meta({ id: 'Run' });

type Run = z.output<typeof run>;
type ListedRun = z.output<typeof listedRun>;

/** What is known about a run: from Temporal as long as it has it, and in any case where to look. Never throws. */
export async function readRun(
  temporal: Pick<Client, 'workflow'>,
  settings: LinkSettings,
  workflowId: string,
  runId: string,
): Promise<Run> {
  const base = {
    ...{ workflow_id: workflowId, run_id: runId },
    temporal_url: temporalRunUrl(settings, workflowId, runId),
  };
  const without = (known: Run['known'], note: string): Run => ({
    ...{ ...base, known, note, status: null, started_at: null, ended_at: null, waiting: [] },
  });
  try {
    const found = await within(temporal.workflow.getHandle(workflowId, runId).describe());
    const { status, started_at, ended_at } = toListedRun(found, settings);
    return { ...base, known: 'yes', note: null, status, started_at, ended_at, waiting: waitingSteps(found) };
  } catch (error) {
    if (isUnknown(error))
      return without(
        'forgotten',
        'Temporal no longer has this run: it keeps finished runs for its retention period only. Its outcome is still here.',
      );
    const reason = error instanceof Error ? error.message : String(error);
    return without('unavailable', `Temporal is not responding (${reason}).`);
  }
}

/** `PENDING_ACTIVITY_STATE_STARTED` of Temporal's API. */
const STARTED = 2;

/** Characters of an error, which may hold a whole response of a service. */
const maxError = 4_000;

function waitingSteps({ raw: { pendingActivities } }: WorkflowExecutionDescription): Run['waiting'] {
  return (pendingActivities ?? []).map((activity) => {
    const { activityType, attempt, lastFailure, state, nextAttemptScheduleTime, scheduledTime } = activity;
    const { seconds } = nextAttemptScheduleTime ?? scheduledTime ?? {};
    const isRunning = state === STARTED || seconds == null;
    return {
      name: activityType?.name ?? 'unknown',
      attempts: attempt ?? 1,
      error: lastFailure?.message?.slice(0, maxError).toWellFormed() || null,
      next_attempt_at: isRunning ? null : new Date(Number(seconds.toString()) * 1_000).toISOString(),
    };
  });
}

/** gRPC's status for a run id that is none. */
const INVALID_ARGUMENT = 3;

function isUnknown(error: unknown): boolean {
  if (error instanceof WorkflowNotFoundError) return true;
  const cause = error instanceof Error ? error.cause : undefined;
  return [error, cause].some((one) => isGrpcServiceError(one) && one.code === INVALID_ARGUMENT);
}

/** Milliseconds that Temporal has for one response, so that a page about an ingestion does not wait for it. */
const temporalTimeLimit = 3_000;

/** Temporal did not respond in time. */
export class TemporalTooSlowError extends Error {
  override readonly name = 'TemporalTooSlowError';
}

/**
 * Waits no longer than the limit. A deadline on the call would not do: it does not cover the connecting, which a lazy
 * connection does when it is first used.
 *
 * @throws {TemporalTooSlowError}
 */
export async function within<T>(work: Promise<T>, limit = temporalTimeLimit): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new TemporalTooSlowError(`no response within ${limit / 1000} seconds`)),
      limit,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Runs that are listed. */
const most = 20;

/** Runs that are looked through: those of another key with a longer name may be among them. */
const mostRead = 500;

/**
 * The runs that Temporal has of an S3 object, newest first: of each write of its key, of its retries, and of the
 * backfill or reconciliation that read it last. Undefined if Temporal is not responding.
 *
 * @param last the last attempt that is recorded; of a key so long that workflow ids shorten it, only that run and the
 *   retries are found
 */
export async function listRuns(
  temporal: Pick<Client, 'workflow'>,
  settings: LinkSettings,
  { bucket, key }: { readonly bucket: string; readonly key: string },
  last: { readonly workflowId: string; readonly attempts: number } | undefined,
): Promise<ListedRun[] | undefined> {
  // What follows the last @ of an id tells the writes of one key, or its retries, apart.
  const isWrite = (id: string) =>
    prefixes.some((prefix) => /^[^@]*$/.test(id.slice(prefix.length)) && id.startsWith(prefix));
  const prefixes = [`ingest:${bucket}/${key}@`, `retry:${bucket}/${key}@`];
  const from = Math.max(0, (last?.attempts ?? 0) - most);
  const exact = [
    ...(last ? [last.workflowId] : []),
    ...Array.from({ length: (last?.attempts ?? 0) - from + 1 }, (_, at) =>
      retryWorkflowId(`${bucket}/${key}`, from + at),
    ),
  ];
  const query = [
    ...prefixes.map((prefix) => `WorkflowId STARTS_WITH ${quote(prefix)}`),
    `WorkflowId IN (${exact.map(quote).join(', ')})`,
  ].join(' OR ');
  const list = async () => {
    const runs: ListedRun[] = [];
    let read = 0;
    for await (const info of temporal.workflow.list({ query, pageSize: 100 })) {
      if (isWrite(info.workflowId) || exact.includes(info.workflowId)) runs.push(toListedRun(info, settings));
      if (runs.length === most || ++read === mostRead) break;
    }
    return runs.sort((a, b) => b.started_at.localeCompare(a.started_at));
  };
  return await within(list()).catch(() => undefined);
}

function toListedRun(info: Omit<WorkflowExecutionInfo, 'raw'>, settings: LinkSettings): ListedRun {
  const { workflowId, runId, status, startTime, executionTime = startTime, closeTime } = info;
  return {
    ...{ workflow_id: workflowId, run_id: runId },
    status: statuses[status.name as keyof typeof statuses] ?? 'running',
    started_at: executionTime.toISOString(),
    ended_at: closeTime?.toISOString() ?? null,
    temporal_url: temporalRunUrl(settings, workflowId, runId),
  };
}

/** A text in Temporal's list filter, which is a kind of SQL. */
function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
