import {
  type Client,
  isGrpcServiceError,
  type WorkflowExecutionInfo,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { type LinkSettings, temporalRunUrl } from '../../builds/addresses.ts';
import type { ListedRun, Run, RunStatus, Timeline } from './run-schema.ts';
import { openActivities, pendingSteps, timeline } from './timeline.ts';

/** Events of a history that is still read; an ingestion has some ten, a backfill has tens of thousands. */
const maxEvents = 2_000;
/** gRPC's status for a run id that is none. */
const INVALID_ARGUMENT = 3;

/** What is known of a run: from Temporal as long as it has it, and in any case where to look. Never throws. */
export async function readRun(
  temporal: Pick<Client, 'workflow'>,
  settings: LinkSettings,
  workflowId: string,
  runId: string,
): Promise<Run> {
  const base = {
    workflow_id: workflowId,
    run_id: runId,
    temporal_url: temporalRunUrl(settings, workflowId, runId),
  };
  const without = (known: Run['known'], note: string): Run => ({ ...base, known, note, timeline: null });
  try {
    const read = await within(readTimeline(temporal, workflowId, runId));
    if (typeof read !== 'number') return { ...base, known: 'yes', note: null, timeline: read };
    return without('too long', `The run has ${read} events, too many for a timeline: see the Temporal UI.`);
  } catch (error) {
    if (isUnknown(error)) {
      return without(
        'forgotten',
        'Temporal no longer has this run: it keeps runs that have ended for its retention period only. What came of it is still here.',
      );
    }
    const reason = error instanceof Error ? error.message : String(error);
    return without('unavailable', `Temporal cannot be asked at the moment (${reason}).`);
  }
}

/** The timeline, or the number of events where there are too many. */
async function readTimeline(
  temporal: Pick<Client, 'workflow'>,
  workflowId: string,
  runId: string,
): Promise<Timeline | number> {
  const handle = temporal.workflow.getHandle(workflowId, runId);
  const { raw, historyLength } = await handle.describe();
  if (historyLength > maxEvents) return historyLength;
  const history = await handle.fetchHistory();
  const read = timeline(history);
  const pending = pendingSteps(raw.pendingActivities ?? [], openActivities(history), Date.now());
  return { ...read, steps: [...read.steps, ...pending] };
}

function isUnknown(error: unknown): boolean {
  if (error instanceof WorkflowNotFoundError) return true;
  const cause = error instanceof Error ? error.cause : undefined;
  return [error, cause].some((one) => isGrpcServiceError(one) && one.code === INVALID_ARGUMENT);
}

/** Milliseconds that Temporal has for one answer, so that a page about an ingestion does not wait for it. */
export const temporalTimeLimit = 3_000;

/** Temporal did not answer in time. */
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
      () => reject(new TemporalTooSlowError(`no answer within ${limit / 1000} seconds`)),
      limit,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Runs that are listed at most. */
const most = 20;

/**
 * The runs that Temporal has of an S3 object, newest first: of each write of its key, those under way and those that
 * were retried too. Undefined where Temporal cannot be asked.
 *
 * @param workflowId of a run that is known; a long key is shortened in it, and then only its own runs are found
 */
export async function listRuns(
  temporal: Pick<Client, 'workflow'>,
  settings: LinkSettings,
  { bucket, key }: { readonly bucket: string; readonly key: string },
  workflowId?: string,
): Promise<ListedRun[] | undefined> {
  // See ingestWorkflowId: what comes after the @ tells the writes of one key apart.
  const prefix = `ingest:${bucket}/${key}@`;
  const query =
    workflowId === undefined || workflowId.startsWith(prefix)
      ? `WorkflowId STARTS_WITH ${quote(prefix)}`
      : `WorkflowId = ${quote(workflowId)}`;
  try {
    return await within(list(temporal, settings, query));
  } catch {
    return undefined;
  }
}

async function list(
  temporal: Pick<Client, 'workflow'>,
  settings: LinkSettings,
  query: string,
): Promise<ListedRun[]> {
  const runs: ListedRun[] = [];
  for await (const info of temporal.workflow.list({ query, pageSize: most })) {
    runs.push(describe(info, settings));
    if (runs.length === most) break;
  }
  return runs.sort((a, b) => b.started_at.localeCompare(a.started_at));
}

function describe(info: WorkflowExecutionInfo, settings: LinkSettings): ListedRun {
  return {
    workflow_id: info.workflowId,
    run_id: info.runId,
    status: statuses[info.status.name] ?? 'running',
    started_at: (info.executionTime ?? info.startTime).toISOString(),
    ended_at: info.closeTime?.toISOString() ?? null,
    temporal_url: temporalRunUrl(settings, info.workflowId, info.runId),
  };
}

const statuses: Readonly<Record<string, RunStatus>> = {
  RUNNING: 'running',
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'canceled',
  TERMINATED: 'terminated',
  TIMED_OUT: 'timed out',
  CONTINUED_AS_NEW: 'continued as new',
};

/** A text in Temporal's list filter, which is a kind of SQL. */
function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
