import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { type LinkSettings, temporalRunUrl } from '../../builds/temporal-links.ts';
import type { ListedRun } from './run-schema.ts';
import type { RunStatus } from './timeline-schema.ts';
import { within } from './within.ts';

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
