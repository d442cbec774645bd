import { Command } from 'commander';
import type { Operation, RunCommand } from '../operations/operation.ts';
import { exitCodesHelp } from './exit-codes.ts';
import { addInputFlags, exampleLines, parseLimit, parseRateLimit, readInput } from './input-flags.ts';

/** Loads what talks to services only when a command runs, so that help is fast. */
const actions = () => import('./operation-actions.ts');

/**
 * The commands of an operation, such as `buildhub backfill`: start, list, status, and those that it takes while it is
 * running.
 */
export function operationCommand(operation: Operation): Command {
  const { name, description, commands } = operation;
  const command = new Command(name).description(description).addHelpText(
    'after',
    `
Each run is a Temporal workflow, so it survives restarts. You can control it from here, the operations page or the API.

Examples:
${exampleLines(operation).join('\n')}
  $ buildhub ${name} status --watch`,
  );
  command.addCommand(startCommand(operation));
  command.addCommand(listCommand(operation));
  command.addCommand(statusCommand(operation));
  for (const each of commands) command.addCommand(controlCommand(operation, each));
  return command;
}

function startCommand(operation: Operation): Command {
  const command = new Command('start')
    .summary('start a run, and show its progress until it ends')
    .description(operation.description);
  return addInputFlags(command, operation.input)
    .option('--detach', 'return as soon as the run has started')
    .option('--json', 'print the report as JSON')
    .addHelpText(
      'after',
      `
Shows the progress until the run ends. Ctrl-C stops watching; the run continues.

Examples:
${exampleLines(operation).join('\n')}
${exitCodesHelp}`,
    )
    .action(async (options: { detach?: boolean; json?: boolean }) => {
      const input = readInput(command, operation.input);
      await (await actions()).start(operation, input, options);
    });
}

function listCommand(operation: Operation): Command {
  return new Command('list')
    .description('list running and finished runs, newest first')
    .option('-n, --limit <number>', 'maximum number of finished runs', parseLimit, 10)
    .option('--json', 'one JSON object per line')
    .addHelpText(
      'after',
      `\nExamples:\n  $ buildhub ${operation.name} list\n  $ buildhub ${operation.name} list --json | jq .progress`,
    )
    .action(async (options: { limit: number; json?: boolean }) => (await actions()).list(operation, options));
}

function statusCommand(operation: Operation): Command {
  return new Command('status')
    .description('show the progress of a run, or the report of a finished one')
    .argument('[id]', 'workflow id of the run (default: the latest run)')
    .option('--watch', 'show the progress until the run ends')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ buildhub ${operation.name} status
  $ buildhub ${operation.name} status --watch
  $ buildhub ${operation.name} status --json | jq .progress`,
    )
    .action(async (id: string | undefined, options: { watch?: boolean; json?: boolean }) =>
      (await actions()).status(operation, id, options),
    );
}

const abouts: Readonly<Record<RunCommand, string>> = {
  pause: 'pause a run: it finishes the work in flight, then waits until it is resumed',
  resume: 'resume a paused run',
  cancel: 'cancel a run: it finishes the work in flight and reports what it has done',
  limit: 'change the rate limit of a run',
};

function controlCommand(operation: Operation, each: RunCommand): Command {
  const command = new Command(each).description(abouts[each]);
  if (each === 'limit') command.argument('<rate>', 'maximum per second, or "none"', parseRateLimit);
  const example = each === 'limit' ? `limit 20\n  $ buildhub ${operation.name} limit none` : each;
  return command
    .argument('[id]', 'workflow id of the run; optional if only one is running')
    .addHelpText('after', `\nExample:\n  $ buildhub ${operation.name} ${example}`)
    .action(async (...given: unknown[]) => {
      const [rate, id] = each === 'limit' ? given : [undefined, given[0]];
      const { control } = await actions();
      await control(operation, id as string | undefined, each, rate as number | null | undefined);
    });
}
