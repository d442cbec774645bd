import { Command } from 'commander';
import { listReports } from '../../drizzle/queries/operation-reports.ts';
import { startReconcile } from '../../temporal/start-reconcile.ts';
import type { Progress } from '../../workflows/progress.ts';
import { exitCodes } from '../exit-codes.ts';
import { parseCount } from '../parse-options.ts';
import { watchOperation } from '../watch-operation.ts';
import { withDatabase } from '../with-database.ts';
import { withTemporal } from '../with-temporal.ts';
import { controlCommands } from './operation-control.ts';
import { statusCommand } from './operation-status.ts';
import { reconcileGroup } from './operation-texts.ts';
import { type ReconcileOptions, reconcileInput, withReconcileOptions } from './reconcile-options.ts';
import { reconcileScheduleCommand } from './reconcile-schedule.ts';

/** `buildhub reconcile report` */
const reconcileReportCommand = new Command('report')
  .description('show what the last reconciliations have found, whatever Temporal has forgotten')
  .option('-n, --limit <number>', 'how many', parseCount, 1)
  .option('--json', 'one JSON object a line')
  .addHelpText(
    'after',
    `
Examples:
  $ buildhub reconcile report
  $ buildhub reconcile report --json | jq .report.facts

Exit codes: 0 all agreed or was repaired the last time, 3 differences were left, 1 could not be done or never was.`,
  )
  .action(({ limit, json }: { limit: number; json?: boolean }) =>
    withDatabase(async (database) => {
      const reports = (await listReports(database, 'reconcile', limit)).map((row) => ({
        ...row,
        report: JSON.parse(row.report) as Progress,
      }));
      const [last] = reports;
      if (!last) throw new Error('There is no report yet: run "buildhub reconcile run".');
      for (const { report, ...row } of reports) {
        const text = `${row.workflowId}, ${row.finishedAt.toISOString()}\n${reconcileGroup.text.report(report)}`;
        process.stdout.write(`${json ? JSON.stringify({ ...row, report }) : text}\n`);
      }
      process.exitCode = reconcileGroup.text.exitCode?.(last.report) === undefined ? 0 : exitCodes.setApart;
    }),
  );

interface Options extends ReconcileOptions {
  readonly detach?: boolean;
  readonly json?: boolean;
}

/** `buildhub reconcile run` */
const reconcileRunCommand = withReconcileOptions(new Command('run'))
  .description('compare the table, the index and the bucket now')
  .option('--detach', 'return as soon as it has started')
  .option('--json', 'the report as JSON')
  .addHelpText(
    'after',
    `
Examples:
  $ buildhub reconcile run                                          what does not agree?
  $ buildhub reconcile run --repair
  $ buildhub reconcile run --contents whole --objects whole         all of it; takes a request a thousand keys

Exit codes: 0 all agrees, or was repaired; 1 could not be done; 3 differences are left; 4 cancelled; 78 a bad setting in
the environment; 130 interrupted while watching (the reconciliation goes on).`,
  )
  .action(({ detach, json = false, ...options }: Options) =>
    withTemporal(async ({ client, config, operator }) => {
      const handle = await startReconcile(client, config, reconcileInput(options, config), operator);
      process.stderr.write(`Started ${handle.workflowId}\n`);
      if (!detach) return await watchOperation(client, handle, reconcileGroup.text, json);
      const { workflowId } = handle;
      process.stdout.write(json ? `${JSON.stringify({ workflowId })}\n` : `${workflowId}\n`);
    }),
  );

/** `buildhub reconcile`: compares what must agree. */
export const reconcileCommand = new Command('reconcile')
  .description('compare the table, the index and the bucket; report or repair what does not agree')
  .addHelpText(
    'after',
    `
It finds builds that were never indexed, builds without a document, documents without a build or with other contents,
and objects in the bucket that were never seen.

Examples:
  $ buildhub reconcile run
  $ buildhub reconcile run --repair
  $ buildhub reconcile pause
  $ buildhub reconcile schedule --every 6h --repair
  $ buildhub reconcile report`,
  );

for (const command of [
  reconcileRunCommand,
  statusCommand(reconcileGroup),
  ...controlCommands(reconcileGroup),
  reconcileScheduleCommand,
  reconcileReportCommand,
]) {
  reconcileCommand.addCommand(command);
}
