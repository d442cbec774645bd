import { Command, InvalidArgumentError } from 'commander';
import { formatInterval, intervalForm, parseInterval } from '../../operations/interval.ts';
import {
  describeReconcileSchedule,
  type ReconcileScheduleState,
  scheduleReconcile,
  unscheduleReconcile,
} from '../../temporal/schedule-reconcile.ts';
import type { ReconcileInput } from '../../workflows/reconcile/reconcile.ts';
import { withTemporal } from '../with-temporal.ts';
import { type ReconcileOptions, reconcileInput, withReconcileOptions } from './reconcile-options.ts';

/** Reads `30m`, `6h` or `1d`; in milliseconds. */
function parseEvery(text: string): number {
  const every = parseInterval(text);
  if (every === undefined) throw new InvalidArgumentError(intervalForm);
  return every;
}

interface Options extends ReconcileOptions {
  readonly every?: number;
  readonly remove?: boolean;
  readonly json?: boolean;
}

/** `buildhub reconcile schedule` */
export const reconcileScheduleCommand = withReconcileOptions(new Command('schedule'))
  .description('let it happen by itself; without --every or --remove, show when it does')
  .option('--every <time>', 'how often, as 30m, 6h or 1d; makes or changes the schedule', parseEvery)
  .option('--remove', 'take the schedule away')
  .option('--json', 'as JSON')
  .addHelpText(
    'after',
    `
A run that is due while another one goes on is left out.

Examples:
  $ buildhub reconcile schedule --every 6h --repair        makes or changes it: say all of it each time
  $ buildhub reconcile schedule                            how, when last, when next?
  $ buildhub reconcile schedule --remove`,
  )
  .action((options: Options, command: Command) => {
    const { every, remove, json } = options;
    if (every !== undefined && remove) command.error('error: take --every or --remove, not both');
    const given = ['repair', 'contents', 'objects', 'bucket'].find(
      (name) => command.getOptionValueSource(name) === 'cli',
    );
    if (every === undefined && given) command.error(`error: --${given} goes with --every`);
    return withTemporal(async ({ client, config }) => {
      if (remove) await unscheduleReconcile(client, config);
      if (every !== undefined) {
        await scheduleReconcile(client, config, { every, input: reconcileInput(options, config) });
      }
      const schedule = await describeReconcileSchedule(client, config);
      if (json) process.stdout.write(`${JSON.stringify(schedule ?? null)}\n`);
      else process.stdout.write(`${schedule ? describe(schedule) : 'There is no schedule.'}\n`);
    });
  });

function describe({ every, input, isPaused, last, next }: ReconcileScheduleState): string {
  const often = every === undefined ? 'At times that were set in Temporal' : `Every ${formatInterval(every)}`;
  return [
    `${often}${input ? `: ${describeInput(input)}` : ''}`,
    `last run: ${last?.toISOString() ?? 'none yet'}`,
    `next run: ${next?.toISOString() ?? (isPaused ? 'none: it was paused in Temporal' : 'none')}`,
  ].join('\n');
}

function describeInput({ repair, contents, extent, bucket }: ReconcileInput): string {
  const of = { none: 'nothing', sample: 'a sample', whole: 'all' } as const;
  return (
    `${repair ? 'repairs what differs' : 'only reports'}; compares ${of[contents]} of the contents, ` +
    `${of[extent]} of s3://${bucket}`
  );
}
