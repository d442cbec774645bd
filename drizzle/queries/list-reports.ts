import { desc, eq } from 'drizzle-orm';
import type { Database } from '../connect.ts';
import { operationReports } from '../tables.ts';
import type { OperationReport } from './operation-reports.ts';

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
