import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import type { Database } from '../drizzle/connect.ts';
import { listReports } from '../drizzle/queries/operation-reports.ts';
import { readProgress } from '../temporal/read-progress.ts';
import { type Progress, progressAt } from '../workflows/progress.ts';
import {
  kindOf,
  type OperationKind,
  operationTypes,
  type RunStatus,
  type RunSummary,
} from './operation-run.ts';
import { summariseRun } from './summarise-run.ts';
import { whyFailed } from './why-failed.ts';

/** An operation that runs, or that has ended. */
export interface ListedRun extends RunSummary {
  readonly workflowId: string;
  readonly runId: string;
  readonly kind: OperationKind;
  readonly workflowType: string;
  readonly status: RunStatus;
  readonly requestedBy: string | undefined;
  readonly startedAt: Date;
  readonly endedAt: Date | undefined;
  /** The progress or report in its own shape. */
  readonly told: unknown;
}

/** Where operations are looked for. */
export interface RunSources {
  readonly temporal: Client;
  readonly taskQueue: string;
  readonly database: Database;
}

/** Milliseconds between the end of a workflow that has continued as new and its report, within which both are one. */
const sameEnd = 15_000;

/** All that run, the newest first, with how far each is. */
export async function listOpenRuns(
  { temporal, taskQueue }: RunSources,
  kinds: readonly OperationKind[],
): Promise<ListedRun[]> {
  const found = await visibleRuns(temporal, taskQueue, kinds, "ExecutionStatus = 'Running'", 100);
  return await Promise.all(found.map((run) => describeOpen(temporal, run)));
}

/**
 * The last that have ended, the newest first. Those that left a report come from PostgreSQL, whatever Temporal has
 * forgotten; those that failed, were ended or leave none from Temporal.
 */
export async function listEndedRuns(
  { temporal, taskQueue, database }: RunSources,
  kinds: readonly OperationKind[],
  limit: number,
): Promise<ListedRun[]> {
  const types = kinds.flatMap((kind) => operationTypes[kind] as readonly string[]);
  const [closed, ...reports] = await Promise.all([
    visibleRuns(temporal, taskQueue, kinds, "ExecutionStatus != 'Running'", limit),
    ...types.map((type) => listReports(database, type, limit)),
  ]);
  const runs = runsOfReports(reports.flat(), closed);
  const reported = reports.flat().map((report): ListedRun => {
    const told = JSON.parse(report.report) as Progress;
    const summary = summariseRun(told);
    const requester = runs.get(report);
    return {
      ...summary,
      workflowId: report.workflowId,
      runId: requester?.runId ?? report.runId,
      kind: kindOf(report.kind) ?? 'backfill',
      workflowType: report.kind,
      status: summary.phase === 'cancelled' ? 'cancelled' : summary.phase === 'failed' ? 'failed' : 'done',
      requestedBy: requestedByOf(requester),
      startedAt: report.startedAt,
      endedAt: report.finishedAt,
      told,
    };
  });
  const withReport = new Set(runs.values());
  const others = closed.filter((run) => !withReport.has(run));
  const unreported = await Promise.all(others.map((run) => describeClosed(temporal, run)));
  return [...reported, ...unreported]
    .sort((a, b) => (b.endedAt ?? b.startedAt).getTime() - (a.endedAt ?? a.startedAt).getTime())
    .slice(0, limit);
}

type Report = Awaited<ReturnType<typeof listReports>>[number];

/**
 * Which run has left which report. A report has the id of the first run, which is the one that has ended unless the
 * workflow has continued as new; then the one that has ended at that time is it.
 */
function runsOfReports(
  reports: readonly Report[],
  closed: readonly WorkflowExecutionInfo[],
): Map<Report, WorkflowExecutionInfo> {
  const runs = new Map<Report, WorkflowExecutionInfo>();
  for (const report of reports) {
    const exact = closed.find(({ runId }) => runId === report.runId);
    if (exact) runs.set(report, exact);
  }
  const taken = new Set(runs.values());
  for (const report of reports) {
    if (runs.has(report)) continue;
    const last = closed.find(
      (run) =>
        !taken.has(run) &&
        run.workflowId === report.workflowId &&
        run.type === report.kind &&
        Math.abs((run.closeTime?.getTime() ?? 0) - report.finishedAt.getTime()) < sameEnd,
    );
    if (!last) continue;
    taken.add(last);
    runs.set(report, last);
  }
  return runs;
}

async function visibleRuns(
  temporal: Client,
  taskQueue: string,
  kinds: readonly OperationKind[],
  condition: string,
  limit: number,
): Promise<WorkflowExecutionInfo[]> {
  const types = kinds.flatMap((kind) => operationTypes[kind].map((type) => `'${type}'`));
  const query = `WorkflowType IN (${types.join(', ')}) and TaskQueue = '${taskQueue}' and ${condition}`;
  const found: WorkflowExecutionInfo[] = [];
  for await (const run of temporal.workflow.list({ query })) {
    // What has continued as new is listed once for each run.
    if (run.status.name !== 'CONTINUED_AS_NEW') found.push(run);
    if (found.length >= limit) break;
  }
  return found;
}

async function describeOpen(temporal: Client, run: WorkflowExecutionInfo): Promise<ListedRun> {
  const handle = temporal.workflow.getHandle(run.workflowId);
  const state = await readProgress(temporal, handle).catch(() => ({
    progress: progressNow(run),
    isStale: true,
  }));
  const summary = summariseRun(state.progress);
  const pausing = summary.phase === 'pausing' ? 'pausing' : 'paused';
  return {
    ...summary,
    ...about(run),
    status: state.isStale ? 'waiting' : summary.isPaused ? pausing : 'running',
    told: state.progress,
  };
}

async function describeClosed(temporal: Client, run: WorkflowExecutionInfo): Promise<ListedRun> {
  const status = { COMPLETED: 'done', CANCELLED: 'cancelled' } as const;
  const name = run.status.name as keyof typeof status;
  const summary = summariseRun(progressOf(run));
  return {
    ...summary,
    ...about(run),
    status: status[name] ?? 'failed',
    problem: status[name] ? summary.problem : await whyFailed(temporal, run),
    told: progressOf(run),
  };
}

function about(run: WorkflowExecutionInfo) {
  return {
    workflowId: run.workflowId,
    runId: run.runId,
    kind: kindOf(run.type) ?? 'backfill',
    workflowType: run.type,
    requestedBy: requestedByOf(run),
    startedAt: run.startTime,
    endedAt: run.closeTime,
  } as const;
}

function progressOf(run: WorkflowExecutionInfo): Progress | undefined {
  return (run.memo as { progress?: Progress } | undefined)?.progress;
}

function progressNow(run: WorkflowExecutionInfo): Progress | undefined {
  const progress = progressOf(run);
  return progress && progressAt(progress, Date.now());
}

function requestedByOf(run: WorkflowExecutionInfo | undefined): string | undefined {
  return (run?.memo as { requestedBy?: string } | undefined)?.requestedBy;
}
