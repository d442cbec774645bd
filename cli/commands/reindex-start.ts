import { Command } from 'commander';
import { startReindex } from '../../temporal/start-reindex.ts';
import { exitCodesHelp } from '../exit-codes.ts';
import { parseConcurrency, parseCount, parseRate } from '../parse-options.ts';
import { watchOperation } from '../watch-operation.ts';
import { withTemporal } from '../with-temporal.ts';
import { reindexText } from './operation-texts.ts';

interface Options {
  readonly concurrency: number;
  readonly rate?: number;
  readonly merge?: number;
  readonly tolerate: number;
  readonly detach?: boolean;
  readonly json?: boolean;
}

/** `buildhub reindex start` */
export const reindexStartCommand = new Command('start')
  .description('build the index anew from PostgreSQL, and let it take the place of the live one')
  .option(
    '--concurrency <number>',
    'ranges of the table that are written at the same time',
    parseConcurrency,
    3,
  )
  .option('--rate <number>', 'documents written per second at most, all ranges together', parseRate)
  .option(
    '--merge <segments>',
    'merge the index before it goes live: slower now, faster searches',
    parseConcurrency,
  )
  .option('--tolerate <number>', 'go live even if so many searchable builds would be missing', parseCount, 0)
  .option('--detach', 'return as soon as it has started')
  .option('--json', 'the report as JSON')
  .addHelpText(
    'after',
    `
Searches and ingestion go on. The index before is kept, to be returned to with "buildhub reindex roll-back". If it is
cancelled or fails, the live index was never touched.

Examples:
  $ buildhub reindex start
  $ buildhub reindex start --rate 2000                beside searches that must stay fast; see also "limit"
  $ buildhub reindex start --concurrency 8 --merge 5        a large cluster
  $ buildhub reindex start --detach && buildhub reindex status --watch
${exitCodesHelp}`,
  )
  .action((options: Options) =>
    withTemporal(async ({ client, config, operator }) => {
      const { concurrency, rate, merge: segments, tolerate: tolerated, detach, json = false } = options;
      const input = {
        concurrency,
        tolerated,
        ...(segments !== undefined && { segments }),
        ...(rate !== undefined && { rateLimit: rate }),
      };
      const handle = await startReindex(client, config, input, operator);
      process.stderr.write(`Started ${handle.workflowId}\n`);
      if (!detach) return await watchOperation(client, handle, reindexText, json);
      const { workflowId } = handle;
      process.stdout.write(json ? `${JSON.stringify({ workflowId })}\n` : `${workflowId}\n`);
    }),
  );
