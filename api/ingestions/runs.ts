import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { z } from 'zod';
import { pendingSteps } from '../../operations/pending-steps.ts';
import { within } from '../../operations/within.ts';
import { retryWorkflowId } from '../../schema/s3/workflow-id.ts';
import { type LinkConfig, temporalRunUrl } from '../builds/addresses.ts';
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

export const listedRun = z
  .object({
    workflow_id: z.string(),
    run_id: z.string(),
    status: z.enum(Object.values(statuses)),
    started_at: moment,
    ended_at: moment.nullable(),
    temporal_url: z.string().describe('Its history in the Temporal UI'),
    waiting: z
      .array(
        z.object({
          name: z.string().describe('The activity, for example `indexBuilds`'),
          attempts: z.int(),
          error: z.string().nullable().describe('Of the last attempt that failed'),
        }),
      )
      .describe('Of a run in flight: the steps that Temporal is running or will retry'),
  })
  .meta({ id: 'ListedRun' });

export type ListedRun = z.output<typeof listedRun>;

/** Milliseconds that Temporal has for one response, so that a page about an ingestion does not wait for it. */
export const temporalTimeLimit = 3_000;

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
  config: LinkConfig,
  { bucket, key }: { readonly bucket: string; readonly key: string },
  last: { readonly workflowId: string; readonly attempts: number } | undefined,
): Promise<ListedRun[] | undefined> {
  const { workflowId, attempts = 0 } = last ?? {};
  const retries = Array.from({ length: Math.min(most, attempts + 1) }, (_, at) =>
    retryWorkflowId(`${bucket}/${key}`, attempts - at),
  );
  const exact = [...retries, ...(workflowId === undefined ? [] : [workflowId])];
  // What follows the last @ of an id tells the writes of one key apart.
  const prefix = `ingest:${bucket}/${key}@`;
  const isWrite = (id: string) => id.startsWith(prefix) && !id.slice(prefix.length).includes('@');
  const query = `WorkflowId STARTS_WITH ${quote(prefix)} OR WorkflowId IN (${exact.map(quote).join(', ')})`;
  const list = async () => {
    const found: WorkflowExecutionInfo[] = [];
    let read = 0;
    for await (const info of temporal.workflow.list({ query, pageSize: 100 })) {
      if (isWrite(info.workflowId) || exact.includes(info.workflowId)) found.push(info);
      if (found.length === most || ++read === mostRead) break;
    }
    const runs = await Promise.all(found.map((info) => toListedRun(temporal, info, config)));
    return runs.sort((a, b) => b.started_at.localeCompare(a.started_at));
  };
  return await within(list(), temporalTimeLimit).catch(() => undefined);
}

async function toListedRun(
  temporal: Pick<Client, 'workflow'>,
  { workflowId, runId, status, startTime, executionTime = startTime, closeTime }: WorkflowExecutionInfo,
  config: LinkConfig,
): Promise<ListedRun> {
  return {
    ...{ workflow_id: workflowId, run_id: runId },
    status: statuses[status.name as keyof typeof statuses] ?? 'running',
    started_at: executionTime.toISOString(),
    ended_at: closeTime?.toISOString() ?? null,
    temporal_url: temporalRunUrl(config, workflowId, runId),
    waiting: status.name === 'RUNNING' ? await pendingSteps(temporal, workflowId, runId) : [],
  };
}

/** A text in Temporal's list filter, which is a kind of SQL. */
function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
