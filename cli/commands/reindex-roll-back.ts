import { Command } from 'commander';
import { startRollBack } from '../../temporal/start-reindex.ts';
import { exitCodesHelp } from '../exit-codes.ts';
import { watchOperation } from '../watch-operation.ts';
import { withTemporal } from '../with-temporal.ts';
import { reindexText } from './operation-texts.ts';

interface Options {
  readonly atOnce?: boolean;
  readonly detach?: boolean;
  readonly json?: boolean;
}

/** `buildhub reindex roll-back` */
export const reindexRollBackCommand = new Command('roll-back')
  .description('return to a former index, once it has caught up with what arrived since')
  .argument('[index]', 'which one (default: the one that was live last)')
  .option('--at-once', 'swap first and catch up then: where old builds now are better than none')
  .option('--detach', 'return as soon as it has started')
  .option('--json', 'the report as JSON')
  .addHelpText(
    'after',
    `
The index that is live now is kept in turn, so a roll-back can be rolled back.

Examples:
  $ buildhub reindex roll-back
  $ buildhub reindex roll-back --at-once
  $ buildhub reindex roll-back buildhub2-000007
${exitCodesHelp}`,
  )
  .action((index: string | undefined, { atOnce: isAtOnce = false, detach, json = false }: Options) =>
    withTemporal(async ({ client, config, operator }) => {
      const input = { isAtOnce, ...(index !== undefined && { index }) };
      const handle = await startRollBack(client, config, input, operator);
      process.stderr.write(`Started ${handle.workflowId}\n`);
      if (!detach) return await watchOperation(client, handle, reindexText, json);
      const { workflowId } = handle;
      process.stdout.write(json ? `${JSON.stringify({ workflowId })}\n` : `${workflowId}\n`);
    }),
  );
