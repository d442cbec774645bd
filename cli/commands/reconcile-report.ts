import { Command } from 'commander';
import { listReports } from '../../drizzle/queries/list-reports.ts';
import type { ReconcileReport } from '../../workflows/reconcile-report.ts';
import { exitCodes } from '../exit-codes.ts';
import { withDatabase } from '../with-database.ts';
import { parseCount } from './parse-count.ts';
import { reconcileText } from './reconcile-text.ts';

/** `buildhub reconcile report` */
export const reconcileReportCommand = new Command('report')
  .description('show what the last reconciliations have found, whatever Temporal has forgotten')
  .option('-n, --limit <number>', 'how many', parseCount, 1)
  .option('--json', 'one JSON object a line')
  .addHelpText(
    'after',
    `
Examples:
  $ buildhub reconcile report
  $ buildhub reconcile report --json | jq .report.index.missing

Exit codes: 0 all agreed or was repaired the last time, 3 differences were left, 1 could not be done or never was.`,
  )
  .action(({ limit, json }: { limit: number; json?: boolean }) =>
    withDatabase(async (database) => {
      const reports = (await listReports(database, 'reconcile', limit)).map((row) => ({
        ...row,
        report: JSON.parse(row.report) as ReconcileReport,
      }));
      const [last] = reports;
      if (!last) throw new Error('There is no report yet: run "buildhub reconcile run".');
      for (const { report, ...row } of reports) {
        const text = `${row.workflowId}, ${row.finishedAt.toISOString()}\n${reconcileText.report(report)}`;
        process.stdout.write(`${json ? JSON.stringify({ ...row, report }) : text}\n`);
      }
      process.exitCode = reconcileText.exitCode?.(last.report) === undefined ? 0 : exitCodes.setApart;
    }),
  );
