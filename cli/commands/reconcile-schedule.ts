import { Command, InvalidArgumentError } from 'commander';
import {
  describeReconcileSchedule,
  scheduleReconcile,
  unscheduleReconcile,
} from '../../temporal/start-reconcile.ts';
import { formatDuration } from '../format.ts';
import { withTemporal } from '../with-temporal.ts';
import { type ReconcileOptions, reconcileInput, withReconcileOptions } from './reconcile-options.ts';

const units = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Reads `30m`, `6h` or `1d`; in milliseconds. */
function parseInterval(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,4})([mhd])$/.exec(text) ?? [];
  if (!unit) throw new InvalidArgumentError('It must be a time as 30m, 6h or 1d.');
  return Number(count) * units[unit as keyof typeof units];
}

interface Options extends ReconcileOptions {
  readonly every?: number;
  readonly remove?: boolean;
  readonly json?: boolean;
}

/** `buildhub reconcile schedule` */
export const reconcileScheduleCommand = withReconcileOptions(new Command('schedule'))
  .description('let it happen by itself; without --every or --remove, show when it does')
  .option('--every <time>', 'how often, as 30m, 6h or 1d; makes or changes the schedule', parseInterval)
  .option('--remove', 'take the schedule away')
  .option('--json', 'as JSON')
  .addHelpText(
    'after',
    `
A run that is due while another one goes on is left out.

Examples:
  $ buildhub reconcile schedule --every 6h --repair
  $ buildhub reconcile schedule
  $ buildhub reconcile schedule --remove`,
  )
  .action((options: Options, command: Command) => {
    const { every, remove, json } = options;
    if (every !== undefined && remove) command.error('error: take --every or --remove, not both');
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

function describe({
  every = 0,
  last,
  next,
}: {
  every?: number | undefined;
  last?: Date | undefined;
  next?: Date | undefined;
}) {
  return [
    `Every ${formatDuration(every / 1_000)}`,
    `last run: ${last?.toISOString() ?? 'none yet'}`,
    `next run: ${next?.toISOString() ?? 'none'}`,
  ].join('\n');
}
