import type { Command } from 'commander';
import { recordActionBegun, recordActionEnded } from '../drizzle/queries/operator-actions.ts';
import { explainFailure } from './explain-failure.ts';
import { withDatabase } from './with-database.ts';
import { userName } from './with-temporal.ts';

/** The commands that change something, by their names under `buildhub`. */
const recorded: Readonly<Record<string, readonly string[]>> = {
  backfill: ['start', 'pause', 'resume', 'cancel', 'limit'],
  failures: ['retry'],
  'failures.retry': ['pause', 'resume', 'cancel', 'limit'],
  'dead-letters': ['send-back'],
  reindex: ['start', 'pause', 'resume', 'cancel', 'limit', 'roll-back', 'drop'],
  reconcile: ['run', 'schedule', 'pause', 'resume', 'cancel'],
  import: ['start', 'pause', 'resume', 'cancel'],
};

/** Records how a command has ended. */
export type RecordEnd = (outcome: 'done' | 'failed', result: string) => Promise<void>;

/**
 * Records that an operator runs a command that changes something, as the API records its actions. Where that cannot be
 * recorded the command runs all the same, with a warning: at such a time it may be needed most.
 *
 * @returns what records its end; undefined for a command that is not recorded
 */
export async function recordCommand(command: Command): Promise<RecordEnd | undefined> {
  const [group, name] = [groupOf(command), command.name()];
  if (!recorded[group]?.includes(name) || isLook(group, command)) return undefined;
  const parameters = { ...command.opts(), ...(command.args.length > 0 && { arguments: command.args }) };
  const id = await attempt(() =>
    withDatabase((database) =>
      recordActionBegun(database, {
        operator: userName(),
        via: 'command line',
        remoteAddress: null,
        action: `${group}.${name}`,
        parameters: JSON.stringify(parameters),
        workflowId: null,
      }),
    ),
  );
  if (id === undefined) return undefined;
  return async (outcome, result) => {
    await attempt(() => withDatabase((database) => recordActionEnded(database, id, { outcome, result })));
  };
}

/** The names of the commands that it is under, but for `buildhub`: `failures.retry`. */
function groupOf({ parent }: Command): string {
  if (!parent?.parent) return '';
  const above = groupOf(parent);
  return above === '' ? parent.name() : `${above}.${parent.name()}`;
}

/** Whether a command that can change something only shows it this time. */
function isLook(group: string, command: Command): boolean {
  const { every, remove } = command.opts<{ every?: number; remove?: boolean }>();
  return group === 'reconcile' && command.name() === 'schedule' && every === undefined && !remove;
}

async function attempt<T>(record: () => Promise<T>): Promise<T | undefined> {
  try {
    return await record();
  } catch (error) {
    process.stderr.write(`buildhub: this is not in the record of actions: ${explainFailure(error)}\n`);
    return undefined;
  }
}
