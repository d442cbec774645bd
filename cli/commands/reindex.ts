import { Command } from 'commander';
import {
  reindexCancelCommand,
  reindexLimitCommand,
  reindexPauseCommand,
  reindexResumeCommand,
} from './reindex-control.ts';
import { reindexDropCommand, reindexIndexesCommand } from './reindex-indexes.ts';
import { reindexRollBackCommand } from './reindex-roll-back.ts';
import { reindexStartCommand } from './reindex-start.ts';
import { reindexStatusCommand } from './reindex-status.ts';

/** `buildhub reindex`: builds the index anew while searches go on, and returns to a former one. */
export const reindexCommand = new Command('reindex')
  .description('build the index anew while searches go on, return to a former one, drop old ones')
  .addHelpText(
    'after',
    `
A reindex is a workflow: it survives any process dying, and can be paused, resumed, limited and cancelled from here, the
operations page or the Temporal UI. Only one changes the indexes at a time.

Examples:
  $ buildhub reindex start
  $ buildhub reindex status --watch
  $ buildhub reindex limit 1000
  $ buildhub reindex indexes
  $ buildhub reindex roll-back
  $ buildhub reindex drop --old --keep 1`,
  );

for (const command of [
  reindexStartCommand,
  reindexStatusCommand,
  reindexPauseCommand,
  reindexResumeCommand,
  reindexLimitCommand,
  reindexCancelCommand,
  reindexRollBackCommand,
  reindexIndexesCommand,
  reindexDropCommand,
]) {
  reindexCommand.addCommand(command);
}
