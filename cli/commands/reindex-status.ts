import { Command } from 'commander';
import { listReports } from '../../drizzle/queries/operation-reports.ts';
import { type OperationState, readProgress } from '../../temporal/read-progress.ts';
import { reindexWorkflowId } from '../../temporal/start-reindex.ts';
import type { Progress } from '../../workflows/progress.ts';
import { unlessUnknown } from '../find-operation.ts';
import { formatDuration } from '../format.ts';
import { watchOperation } from '../watch-operation.ts';
import { withDatabase } from '../with-database.ts';
import { withTemporal } from '../with-temporal.ts';
import { reindexText } from './operation-texts.ts';

/** `buildhub reindex status` */
export const reindexStatusCommand = new Command('status')
  .description('show how far the reindex or roll-back is, or what came of the last one')
  .option('--watch', 'until it ends')
  .option('--json', 'as JSON')
  .addHelpText(
    'after',
    `
Examples:
  $ buildhub reindex status
  $ buildhub reindex status --watch
  $ buildhub reindex status --json | jq .progress.done`,
  )
  .action(({ watch, json = false }: { watch?: boolean; json?: boolean }) =>
    withTemporal(async ({ client, config }) => {
      const handle = client.workflow.getHandle(reindexWorkflowId(config.ELASTICSEARCH_INDEX));
      if (watch) return await watchOperation(client, handle, reindexText, json);
      const state = await unlessUnknown(readProgress(client, handle));
      const last = state?.status === 'RUNNING' ? undefined : await readLastReport();
      process.stdout.write(
        `${json ? JSON.stringify({ ...state, report: last?.report }) : describe(state, last)}\n`,
      );
    }),
  );

interface LastReport {
  readonly kind: string;
  readonly finishedAt: Date;
  readonly report: Progress;
}

/** From PostgreSQL, as Temporal forgets. */
async function readLastReport(): Promise<LastReport | undefined> {
  const reports = await withDatabase(async (database) => [
    ...(await listReports(database, 'reindex', 1)),
    ...(await listReports(database, 'rollBack', 1)),
  ]);
  const [last] = reports.sort((a, b) => b.finishedAt.getTime() - a.finishedAt.getTime());
  return last && { ...last, report: JSON.parse(last.report) as Progress };
}

function describe(state: OperationState | undefined, last: LastReport | undefined): string {
  const { status, startedAt } = state ?? {};
  if (state && status === 'RUNNING') return `${state.workflowId}: ${reindexText.line(state)}`;
  const age = startedAt ? formatDuration((Date.now() - startedAt.getTime()) / 1_000) : '';
  return [
    startedAt ? `None is running. The last one was started ${age} ago: ${status}` : 'None is running.',
    ...(last
      ? [`${last.kind} of ${last.finishedAt.toISOString()}:`, reindexText.report(last.report)]
      : ['There is no report of one yet.']),
  ].join('\n');
}
