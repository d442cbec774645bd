import { Command } from 'commander';
import { importCancelCommand, importPauseCommand, importResumeCommand } from './import-control.ts';
import { importStartCommand } from './import-start.ts';
import { importStatusCommand } from './import-status.ts';

/** `buildhub import`: brings in the builds of a Buildhub2. */
export const importCommand = new Command('import')
  .description('bring in the builds of a Buildhub2 from its database, with ids and hashes kept')
  .addHelpText(
    'after',
    `
Examples:
  $ buildhub import start --bucket net-mozaws-prod-delivery-firefox
  $ buildhub import status --watch`,
  );

for (const command of [
  importStartCommand,
  importStatusCommand,
  importPauseCommand,
  importResumeCommand,
  importCancelCommand,
]) {
  importCommand.addCommand(command);
}
