import { Command } from 'commander';
import { scheduledReconcileInput as schema } from '../operations/registry.ts';
import { duration } from '../operations/time-input.ts';
import { addInputFlags, parseText, readInput } from './input-flags.ts';

interface Options {
  readonly every?: string;
  readonly delete?: boolean;
  readonly json?: boolean;
}

export function reconcileScheduleCommand(): Command {
  const command = new Command('schedule')
    .description('show the schedule; create, replace or delete it')
    .option('--every <time>', 'how often, such as 30m, 6h or 1d; creates or replaces the schedule', (text) =>
      parseText(duration, text),
    )
    .option('--delete', 'delete the schedule')
    .option('--json', 'print JSON');
  return addInputFlags(command, schema)
    .addHelpText(
      'after',
      `
A run that is due while another one is running is skipped.

Examples:
  $ buildhub reconcile schedule --every 6h --repair        creates or replaces it; give all flags each time
  $ buildhub reconcile schedule                            shows it, its last run and its next run
  $ buildhub reconcile schedule --delete`,
    )
    .action(async ({ every, delete: isDeleted, json, ...given }: Options) => {
      if (every !== undefined && isDeleted)
        command.error('error: --every and --delete cannot be used together');
      const [name] = Object.keys(given);
      if (every === undefined && name) command.error(`error: --${name} requires --every`);
      const input = readInput(command, schema);
      const { showSchedule, changeSchedule } = await import('./operation-actions.ts');
      if (every !== undefined || isDeleted) await changeSchedule(every, input);
      await showSchedule(json ?? false);
    });
}
