import { Context } from '@temporalio/activity';
import { saveReport as saveReportQuery } from '../drizzle/queries/operation-reports.ts';
import { currentRun } from './current-attempt.ts';
import type { ActivityDependencies } from './dependencies.ts';

export interface SaveReportInput {
  /** Id of the first run, if the workflow has continued as new. */
  readonly runId: string;
  /** When that began, milliseconds since 1970. */
  readonly startedAt: number;
  /** Any JSON. */
  readonly report: object;
}

/** Keeps the report of an operation in PostgreSQL, where it stays after Temporal has forgotten the run. */
export function makeSaveReport({ database }: Pick<ActivityDependencies, 'database'>) {
  return async function saveReport({ runId, startedAt, report }: SaveReportInput): Promise<void> {
    await saveReportQuery(database, {
      workflowId: currentRun().workflowId,
      runId,
      kind: Context.current().info.workflowType ?? '',
      startedAt: new Date(startedAt),
      report: JSON.stringify(report),
    });
  };
}
