import { desc, eq, sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';
import { storableJson } from '../storable-text.ts';
import { operationReports } from '../tables.ts';

/** What an operation that is done has to say. */
interface OperationReport {
  readonly workflowId: string;
  /** Of its first run. */
  readonly runId: string;
  /** The workflow's type. */
  readonly kind: string;
  readonly startedAt: Date;
  /** JSON text. */
  readonly report: string;
}

/** Keeps a report; keeping it again replaces it. What operators and objects are named in it may be any text. */
export async function saveReport(
  database: Database,
  { report: content, ...operation }: Omit<OperationReport, 'report'> & { readonly report: object },
): Promise<void> {
  const report = storableJson(content);
  await database
    .insert(operationReports)
    .values({ ...operation, report })
    .onConflictDoUpdate({
      target: [operationReports.workflowId, operationReports.runId],
      set: { report, finishedAt: sql`clock_timestamp()` },
    });
}

/** The last reports of a kind that the workflow with this id has left, the newest first. */
export async function lastReports(
  database: Database,
  kind: string,
  workflowId: string,
  limit = 1,
): Promise<(OperationReport & { readonly finishedAt: Date })[]> {
  return await database
    .select()
    .from(operationReports)
    .where(sql`${operationReports.kind} = ${kind} and ${operationReports.workflowId} = ${workflowId}`)
    .orderBy(sql`${operationReports.finishedAt} desc`)
    .limit(limit);
}

/** The last reports of all operations of a kind, the newest first. */
export async function listReports(
  database: Database,
  kind: string,
  limit: number,
): Promise<(OperationReport & { readonly finishedAt: Date })[]> {
  return await database
    .select()
    .from(operationReports)
    .where(eq(operationReports.kind, kind))
    .orderBy(desc(operationReports.finishedAt))
    .limit(limit);
}
