import { Command } from 'commander';
import { controlRun } from '../../operations/control-run.ts';
import type { RunCommand } from '../../operations/operation-run.ts';
import { findOperation } from '../find-operation.ts';
import type { OperationGroup } from '../operation-group.ts';
import { parseLimit } from '../parse-options.ts';
import { withTemporal } from '../with-temporal.ts';

const whichOne = 'which one (default: the only one that runs)';

/** The commands that tell an open operation something: `pause`, `resume`, `cancel` and, where it has a pace, `limit`. */
export function controlCommands(group: OperationGroup): Command[] {
  const { command, noun, limited, afterCancel } = group;
  const tell = (id: string | undefined, what: RunCommand, rate?: number | null) =>
    withTemporal(async (deployment) => {
      const { workflowId } = await findOperation(deployment, group, id, true);
      const { client, config } = deployment;
      const told = await controlRun(client, config.TEMPORAL_TASK_QUEUE, workflowId, what, rate);
      process.stdout.write(`${workflowId}: ${told}\n`);
    });
  const limit = () =>
    new Command('limit')
      .description(`change how many ${limited} at most, while it runs`)
      .argument('<rate>', 'number per second, or "none"', parseLimit)
      .argument('[id]', whichOne)
      .addHelpText('after', `\nExamples:\n  $ ${command} limit 20\n  $ ${command} limit none`)
      .action((rate: number | null, id?: string) => tell(id, 'limit', rate));
  return [
    new Command('pause')
      .description(`let a ${noun} finish what it has begun, and begin nothing more until it is resumed`)
      .argument('[id]', whichOne)
      .addHelpText('after', `\nExamples:\n  $ ${command} pause\n  $ ${command} resume`)
      .action((id?: string) => tell(id, 'pause')),
    new Command('resume')
      .description(`let a ${noun} that is paused go on`)
      .argument('[id]', whichOne)
      .addHelpText('after', `\nExample:\n  $ ${command} resume`)
      .action((id?: string) => tell(id, 'resume')),
    ...(limited === undefined ? [] : [limit()]),
    new Command('cancel')
      .description(`end a ${noun}: it reports what it has done until then`)
      .argument('[id]', whichOne)
      .addHelpText('after', `\n${afterCancel}\n\nExample:\n  $ ${command} cancel`)
      .action((id?: string) => tell(id, 'cancel')),
  ];
}
