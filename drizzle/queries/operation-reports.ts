import { desc, eq, sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';
import { storableJson } from '../storable-text.ts';
import { operationReports } from '../tables.ts';

type OperationReport = typeof operationReports.$inferSelect;

/** Keeps a report; keeping it again replaces it. What operators and objects are named in it may be any text. */
export async function saveReport(
  database: Database,
  {
    report: content,
    ...operation
  }: Omit<OperationReport, 'finishedAt' | 'report'> & { readonly report: object },
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

/** The last reports of all operations of a kind, the newest first. */
export async function listReports(
  database: Database,
  kind: string,
  limit: number,
): Promise<OperationReport[]> {
  return await database
    .select()
    .from(operationReports)
    .where(eq(operationReports.kind, kind))
    .orderBy(desc(operationReports.finishedAt))
    .limit(limit);
}
