import { Command, CommanderError } from 'commander';
import { readVersion } from '../config/version.ts';
import { apiCommand } from './commands/api.ts';
import { backfillCommand } from './commands/backfill.ts';
import { deadLettersCommand } from './commands/dead-letters.ts';
import { failuresCommand } from './commands/failures.ts';
import { importCommand } from './commands/import.ts';
import { migrateCommand } from './commands/migrate.ts';
import { publishSamplesCommand } from './commands/publish-samples.ts';
import { reconcileCommand } from './commands/reconcile.ts';
import { reindexCommand } from './commands/reindex.ts';
import { setupCommand } from './commands/setup.ts';
import { startCommand } from './commands/start.ts';
import { pollerCommand, workerCommand } from './commands/worker.ts';
import { explainFailure, reportFailure } from './explain-failure.ts';
import { type RecordEnd, recordCommand } from './record-command.ts';

const program = new Command('buildhub')
  .description('Mozilla’s build metadata: ingested durably with Temporal, searchable by people and programs.')
  // A command below a command, as `failures retry status`, has options of its own.
  .enablePositionalOptions()
  .version(readVersion().version)
  .showSuggestionAfterError()
  .addHelpText(
    'after',
    `
Examples:
  $ npm start                             the whole system on this machine, with sample builds
  $ buildhub setup                        migrations, search attributes and index of a deployment
  $ buildhub worker                       one ingestion process, worker and poller together
  $ buildhub publish-samples --count 50   put more builds into the bucket

Settings come from the environment; docs/configuration.md lists them all. A local system writes its own into
.stack/env, so that "set -a; . .stack/env" points every command, psql, curl and aws at it.`,
  );

for (const command of [
  startCommand,
  setupCommand,
  migrateCommand,
  workerCommand,
  pollerCommand,
  apiCommand,
  publishSamplesCommand,
  failuresCommand,
  deadLettersCommand,
  backfillCommand,
  reindexCommand,
  reconcileCommand,
  importCommand,
]) {
  program.addCommand(command);
}

readyForMistakes(program, 'buildhub');

let recordEnd: RecordEnd | undefined;
program.hook('preAction', async (_, command) => {
  recordEnd = await recordCommand(command);
});

try {
  await program.parseAsync();
  await recordEnd?.('done', process.exitCode ? `ended with exit code ${process.exitCode}` : 'ended well');
} catch (error) {
  const explanation = explainFailure(error);
  // What is wrong with a call, and the help that was asked for, is written by then.
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else reportFailure(error, explanation);
  await recordEnd?.('failed', explanation);
}

/**
 * A mistake in how a command, or one below it, was called leads to its help, and does not end the process before its end
 * is recorded.
 *
 * @param path the command as it is called
 */
function readyForMistakes(command: Command, path: string): void {
  command.exitOverride().showHelpAfterError(`(${path} --help shows what there is)`);
  for (const below of command.commands) readyForMistakes(below, `${path} ${below.name()}`);
}
