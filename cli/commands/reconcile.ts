import { Command } from 'commander';
import { controlCommands } from './operation-control.ts';
import { statusCommand } from './operation-status.ts';
import { reconcileReportCommand } from './reconcile-report.ts';
import { reconcileRunCommand } from './reconcile-run.ts';
import { reconcileScheduleCommand } from './reconcile-schedule.ts';
import { reconcileGroup } from './reconcile-text.ts';

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
