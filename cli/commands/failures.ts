import { Command } from 'commander';
import { failuresListCommand } from './failures-list.ts';
import { failuresRetryCommand } from './failures-retry.ts';
import { failuresShowCommand } from './failures-show.ts';

/** `buildhub failures`: what could not be ingested, why, and once more. */
export const failuresCommand = new Command('failures')
  .description('see what could not be ingested and why, and try it again')
  .enablePositionalOptions()
  .addHelpText(
    'after',
    `
Examples:
  $ buildhub failures list                        what fails, grouped by reason
  $ buildhub failures list --objects --since 24h
  $ buildhub failures show KEY
  $ buildhub failures retry --reason "is not one of"
  $ buildhub failures retry status --watch       also pause, resume, limit, cancel`,
  )
  .addCommand(failuresListCommand)
  .addCommand(failuresShowCommand)
  .addCommand(failuresRetryCommand);
