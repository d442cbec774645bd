import { Command } from 'commander';
import { backfillListCommand } from './backfill-list.ts';
import { backfillStartCommand } from './backfill-start.ts';
import { controlCommands } from './operation-control.ts';
import { statusCommand } from './operation-status.ts';
import { backfillGroup } from './operation-texts.ts';

/** `buildhub backfill`: brings in what is in the bucket and was never, or otherwise, ingested. */
export const backfillCommand = new Command('backfill')
  .description('bring in what is in the bucket and not, or otherwise, in the table')
  .addHelpText(
    'after',
    `
A backfill is a workflow: it survives any process dying, and can be paused, resumed and cancelled from here, the
operations page or the Temporal UI.

Examples:
  $ buildhub backfill start --dry-run
  $ buildhub backfill start --prefix pub/firefox/
  $ buildhub backfill status --watch
  $ buildhub backfill limit 20
  $ buildhub backfill pause
  $ buildhub backfill list`,
  );

for (const command of [
  backfillStartCommand,
  statusCommand(backfillGroup),
  ...controlCommands(backfillGroup),
  backfillListCommand,
]) {
  backfillCommand.addCommand(command);
}
