import { Command } from 'commander';
import { readProgress } from '../../temporal/read-progress.ts';
import { findOperation } from '../find-operation.ts';
import type { OperationGroup } from '../operation-group.ts';
import { watchOperation } from '../watch-operation.ts';
import { withTemporal } from '../with-temporal.ts';

/** The command that shows how far an operation is: `status`. */
export function statusCommand(group: OperationGroup): Command {
  const { command, noun, text } = group;
  return new Command('status')
    .description(`show how far a ${noun} is, or its report`)
    .argument('[id]', 'which one (default: the one that was started last)')
    .option('--watch', 'until it ends')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ ${command} status
  $ ${command} status --watch
  $ ${command} status --json | jq .progress`,
    )
    .action((id: string | undefined, { watch, json = false }: { watch?: boolean; json?: boolean }) =>
      withTemporal(async (deployment) => {
        const handle = await findOperation(deployment, group, id, false);
        if (watch) return await watchOperation(deployment.client, handle, text, json);
        const state = await readProgress(deployment.client, handle);
        const { progress, workflowId } = state;
        const said = progress
          ? `${text.report(progress, workflowId)}\n${text.line(state)}`
          : `${workflowId}: ${text.line(state)}`;
        process.stdout.write(`${json ? JSON.stringify(state) : said}\n`);
      }),
    );
}
