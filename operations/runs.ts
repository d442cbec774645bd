import {
  type Client,
  isGrpcDeadlineError,
  isGrpcServiceError,
  QueryNotRegisteredError,
  type WorkflowExecutionInfo,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { listReports } from '../drizzle/queries/operation-reports.ts';
import { type Progress, progressAt } from '../workflows/progress.ts';
import type { Operation, OperationContext, RunCommand } from './operation.ts';
import { failingStep } from './pending-steps.ts';
import { operationOfType, operations } from './registry.ts';

/** `waiting`: it is running, and no worker is there to report its progress. */
export const runStatuses = [
  'running',
  'pausing',
  'paused',
  'waiting',
  'done',
  'cancelled',
  'failed',
] as const;

export type RunStatus = (typeof runStatuses)[number];

export interface Run {
  readonly operation: Operation;
  readonly workflowId: string;
  readonly runId: string;
  /** What it does, in a line for people. */
  readonly title: string;
  readonly status: RunStatus;
  readonly requestedBy: string | undefined;
  readonly startedAt: Date;
  readonly finishedAt: Date | undefined;
  /** What it was started with; undefined if that is too long to keep. */
  readonly input: Readonly<Record<string, unknown>> | undefined;
  /**
   * As of now if it is running, with the step that keeps failing as its problem; else its report. Undefined if it has not
   * reported any.
   */
  readonly progress: Progress | undefined;
}

export function isOver({ status }: Pick<Run, 'status'>): boolean {
  return status === 'done' || status === 'cancelled' || status === 'failed';
}

function commandsOf({ operation, status }: Pick<Run, 'operation' | 'status'>): RunCommand[] {
  return operation.commands.filter((command) => {
    if (command === 'pause') return status === 'running' || status === 'waiting';
    if (command === 'resume') return status === 'pausing' || status === 'paused' || status === 'waiting';
    return !isOver({ status });
  });
}

/** Whether a schedule has started it: Temporal appends the time to the id of such a workflow. */
function isScheduled({ operation, workflowId }: Pick<Run, 'operation' | 'workflowId'>): boolean {
  return operation.name === 'reconcile' && /-\d{4}-\d{2}-\d{2}T[\d:]+Z$/.test(workflowId);
}

export const maxListed = 1_000;

/** All running operations, the newest first, each with its progress. */
export async function listRunning(
  context: OperationContext,
  wanted: readonly Operation[] = operations,
): Promise<Run[]> {
  const types = wanted.map(({ workflowType }) => workflowType);
  const found = await listRunningWorkflows(context, types);
  return await Promise.all(found.map((info) => toRun(context.temporal, info)));
}

/** Running workflows of some types, as Temporal lists them, which is a moment late. */
export async function listRunningWorkflows(
  context: OperationContext,
  types: readonly string[],
): Promise<WorkflowExecutionInfo[]> {
  return await listWorkflows(context, types, "ExecutionStatus = 'Running'", maxListed);
}

/**
 * The operations that finished last, the newest first. Every operation leaves a report in PostgreSQL, whether it is done,
 * failed or was cancelled; only one that was terminated is known to Temporal alone.
 */
export async function listFinished(
  context: OperationContext,
  wanted: readonly Operation[],
  limit: number,
): Promise<Run[]> {
  const types = wanted.map(({ workflowType }) => workflowType);
  const [terminated, ...reports] = await Promise.all([
    listWorkflows(context, types, "ExecutionStatus IN ('Terminated', 'TimedOut')", limit),
    ...types.map((type) => listReports(context.database, type, limit)),
  ]);
  const runs = await Promise.all(terminated.map((info) => toRun(context.temporal, info)));
  return [...runs, ...reports.flat().map(runOfReport)]
    .sort((a, b) => Number(b.finishedAt ?? b.startedAt) - Number(a.finishedAt ?? a.startedAt))
    .slice(0, limit);
}

/** A run by the id of its workflow; undefined if Temporal does not know it, or not any more. */
export async function findRun(temporal: Client, workflowId: string): Promise<Run | undefined> {
  try {
    const info = await temporal.workflow.getHandle(workflowId).describe();
    return operationOfType(info.type) && (await toRun(temporal, info));
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

async function listWorkflows(
  { temporal, config }: OperationContext,
  types: readonly string[],
  condition: string,
  limit: number,
): Promise<WorkflowExecutionInfo[]> {
  const names = types.map((type) => `'${type}'`).join(', ');
  const query = `WorkflowType IN (${names}) and TaskQueue = '${config.TEMPORAL_TASK_QUEUE}' and ${condition}`;
  const found: WorkflowExecutionInfo[] = [];
  for await (const info of temporal.workflow.list({ query })) {
    if (found.length >= limit) break;
    found.push(info);
  }
  return found;
}

type Report = Awaited<ReturnType<typeof listReports>>[number];

/** What a report says of its run, beside its progress. */
interface SavedReport extends Progress, Partial<Pick<Run, 'title' | 'requestedBy' | 'input'>> {}

function runOfReport({ kind, workflowId, runId, startedAt, finishedAt, report }: Report): Run {
  const { title, requestedBy, input, ...progress } = JSON.parse(report) as SavedReport;
  const operation = requireOperation(kind);
  const { phase } = progress;
  const status = phase === 'cancelled' || phase === 'failed' ? phase : 'done';
  return {
    ...{ operation, workflowId, runId, title: title ?? operation.title, status, requestedBy },
    ...{ startedAt, finishedAt, input, progress },
  };
}

async function toRun(temporal: Client, info: Omit<WorkflowExecutionInfo, 'raw'>): Promise<Run> {
  const { workflowId, runId, startTime: startedAt, closeTime: finishedAt } = info;
  const memo = (info.memo ?? {}) as Partial<Pick<Run, 'title' | 'requestedBy' | 'input' | 'progress'>>;
  const operation = requireOperation(info.type);
  const { title = operation.title, requestedBy, input } = memo;
  const run = { operation, workflowId, runId, title, requestedBy, startedAt, finishedAt, input };
  if (info.status.name === 'RUNNING') {
    const [now, problem] = await Promise.all([
      queryProgress(temporal, workflowId),
      failingStep(temporal, workflowId, runId),
    ]);
    const progress = now ?? memo.progress;
    const paused = progress?.phase === 'pausing' || progress?.phase === 'paused' ? progress.phase : undefined;
    return {
      ...run,
      status: now ? (paused ?? 'running') : 'waiting',
      progress: progress && {
        ...progressAt(progress, Date.now()),
        ...(problem !== undefined && { problem }),
      },
    };
  }
  const ends = { COMPLETED: 'done', CANCELLED: 'cancelled' } as const;
  const status = ends[info.status.name as keyof typeof ends] ?? 'failed';
  const isTerminated = info.status.name === 'TERMINATED' || info.status.name === 'TIMED_OUT';
  const problem = `${info.status.name === 'TERMINATED' ? 'Terminated' : 'Timed out'} in Temporal.`;
  return {
    ...run,
    status,
    progress: memo.progress && { ...memo.progress, ...(isTerminated && { problem }) },
  };
}

/** Milliseconds that a worker has to respond to a query. */
const queryTimeout = 5_000;

/**
 * gRPC statuses after which the last known progress is shown: cancelled (its worker was killed while it had the query),
 * unknown, deadline exceeded, resource exhausted (the workflow is busy), failed precondition (no worker has polled in the
 * last twenty seconds), aborted, internal.
 */
const noResponse = [1, 2, 4, 8, 9, 10, 13];

/** Queries the progress of a workflow; undefined if no worker responds. */
async function queryProgress(temporal: Client, workflowId: string): Promise<Progress | undefined> {
  try {
    const handle = temporal.workflow.getHandle(workflowId);
    return await temporal.withDeadline(Date.now() + queryTimeout, () => handle.query<Progress>('progress'));
  } catch (error) {
    // It is not registered before the first task has run; a workflow that has just ended may be gone.
    if (error instanceof QueryNotRegisteredError || error instanceof WorkflowNotFoundError) return undefined;
    if (isGrpcDeadlineError(error) || noResponse.includes(grpcStatus(error) ?? 0)) return undefined;
    throw error;
  }
}

const UNAVAILABLE = 14;

/** Whether Temporal does not respond at the moment, so that the request can be repeated. */
export function isTemporalUnavailable(error: unknown): boolean {
  return isGrpcDeadlineError(error) || [...noResponse, UNAVAILABLE].includes(grpcStatus(error) ?? 0);
}

/** The gRPC status behind an error of the client; undefined for other errors. */
function grpcStatus(error: unknown): number | undefined {
  const cause = error instanceof Error && error.cause ? error.cause : error;
  return isGrpcServiceError(cause) ? cause.code : undefined;
}

function requireOperation(workflowType: string): Operation {
  const operation = operationOfType(workflowType);
  if (!operation) throw new Error(`No operation has workflows of type ${workflowType}`);
  return operation;
}

/** A run as programs read it: in the API, and printed by the command line with `--json`. */
export function runJson(run: Run, temporalUrl: string) {
  const { operation, workflowId, runId, title, status, requestedBy, startedAt, finishedAt } = run;
  const { input, progress } = run;
  return {
    workflow_id: workflowId,
    run_id: runId,
    name: operation.name,
    title,
    status,
    requested_by: requestedBy ?? null,
    is_scheduled: isScheduled(run),
    started_at: startedAt.toISOString(),
    finished_at: finishedAt?.toISOString() ?? null,
    input: input ?? null,
    progress: progress ? progressJson(progress) : null,
    commands: commandsOf(run),
    temporal_url: temporalUrl,
  };
}

function progressJson({ dryRun, rateLimit, startedAt, secondsLeft, ...rest }: Progress) {
  return {
    ...rest,
    dry_run: dryRun,
    ...(rateLimit !== undefined && { rate_limit: rateLimit }),
    started_at: startedAt,
    ...(secondsLeft !== undefined && { seconds_left: secondsLeft }),
  };
}
