import { Command, CommanderError } from 'commander';
import { readVersion } from '../config/version.ts';
import { operations } from '../operations/registry.ts';
import { exitCodes } from './exit-codes.ts';
import { operationCommand } from './operation-commands.ts';
import { reconcileScheduleCommand } from './reconcile-schedule.ts';
import { note } from './terminal.ts';

/** The commands beside the operations: what each does, and how it is loaded. */
const commands: Readonly<Record<string, readonly [about: string, load: () => Promise<Command>]>> = {
  start: [
    'run the whole system on this machine, with sample builds, until Ctrl-C',
    async () => (await import('./start.ts')).startCommand(),
  ],
  setup: [
    'prepare the stores of a deployment: tables, index, search attributes; safe to repeat',
    async () => (await import('./setup.ts')).setupCommand(),
  ],
  migrate: [
    'apply the missing database migrations; safe to run from several processes at once',
    async () => (await import('./setup.ts')).migrateCommand(),
  ],
  worker: [
    'run an ingestion process: the Temporal worker, and a poller that feeds it from SQS',
    async () => (await import('./serve.ts')).workerCommand(),
  ],
  poller: [
    'run only a poller, which starts a workflow for each SQS message',
    async () => (await import('./serve.ts')).pollerCommand(),
  ],
  api: ['run the HTTP API', async () => (await import('./serve.ts')).apiCommand()],
  'publish-samples': [
    'upload sample builds to the bucket: four real ones and generated ones',
    async () => (await import('./start.ts')).publishSamplesCommand(),
  ],
  failures: [
    'list what could not be ingested and why, and retry single failures',
    async () => (await import('./failures.ts')).failuresCommand(),
  ],
  'dead-letters': [
    'list the messages in the dead-letter queue, and redrive them',
    async () => (await import('./dead-letters.ts')).deadLettersCommand(),
  ],
  indexes: [
    'list the search indexes: the live one, former ones, and unfinished ones',
    async () => (await import('./indexes.ts')).indexesCommand(),
  ],
};

/**
 * The program. Only the command that is called is loaded, with what it imports; the others are known by name.
 *
 * @param called the name of that command; undefined to load all of them
 */
export async function createProgram(called?: string): Promise<Command> {
  const program = new Command('buildhub')
    .description(
      'Mozilla’s build metadata: ingested durably with Temporal, searchable by people and programs.',
    )
    .version(readVersion().version)
    .helpCommand('help [command...]', 'show the help of a command')
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      `
Examples:
  $ npm start                             the whole system on this machine, with sample builds
  $ buildhub setup                        migrations, search attributes and index of a deployment
  $ buildhub worker                       one ingestion process, worker and poller together
  $ buildhub publish-samples --count 50   upload more sample builds to the bucket

Settings come from the environment; docs/configuration.md lists them all. A local system writes its own into
.stack/env, so that "set -a; . .stack/env" points every command, psql, curl and aws at it.`,
    );
  for (const [name, [about, load]] of Object.entries(commands)) {
    const isLoaded = called === undefined || called === name;
    program.addCommand((isLoaded ? await load() : new Command(name)).description(about));
  }
  for (const operation of operations) {
    const { name, description } = operation;
    const isLoaded = called === undefined || called === name;
    const command = isLoaded ? operationCommand(operation) : new Command(name);
    // The list of commands has the first sentence of each.
    const [summary = name] = description.split(/\.(?: |$)/);
    program.addCommand(command.summary(`${summary.charAt(0).toLowerCase()}${summary.slice(1)}`));
    if (isLoaded && name === 'reconcile') command.addCommand(reconcileScheduleCommand());
  }
  explainMistakes(program, 'buildhub');
  return program;
}

/** Runs the command that these words call, and sets the exit code of the process. */
export async function runProgram(words: readonly string[]): Promise<void> {
  const [first, ...named] = words;
  const isHelp = first === 'help' && named.length > 0;
  const program = await createProgram((isHelp ? named : words).find((word) => !word.startsWith('-')) ?? '');
  try {
    if (isHelp) showHelp(program, named);
    else await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    // Commander has written the mistake, or the help, by then.
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode;
      return;
    }
    const { explainFailure } = await import('./explain-failure.ts');
    note(`buildhub: ${explainFailure(error)}`);
    const isConfiguration = error instanceof Error && error.name === 'ConfigError';
    process.exitCode = isConfiguration ? exitCodes.badConfiguration : 1;
  }
}

/** `help failures retry`: commander itself would show the help of `failures`. */
function showHelp(program: Command, names: readonly string[]): void {
  let command = program;
  for (const name of names) {
    const next = command.commands.find((each) => each.name() === name);
    command = next ?? command.error(`error: unknown command '${name}'`);
  }
  command.outputHelp();
}

/** A mistake in how a command, or one below it, was called refers to its help, and does not end the process at once. */
function explainMistakes(command: Command, path: string): void {
  command.exitOverride().showHelpAfterError(`(see ${path} --help)`);
  for (const below of command.commands) explainMistakes(below, `${path} ${below.name()}`);
}
