import { Command } from 'commander';
import { startImport } from '../../temporal/start-import.ts';
import { reindexWorkflowId } from '../../temporal/start-reindex.ts';
import { parseCount } from '../parse-options.ts';
import { watchOperation } from '../watch-operation.ts';
import { withTemporal } from '../with-temporal.ts';
import { importText } from './operation-texts.ts';

interface Options {
  readonly bucket?: string;
  readonly after: number;
  readonly reindex: boolean;
  readonly detach?: boolean;
  readonly json?: boolean;
}

/** `buildhub import start` */
export const importStartCommand = new Command('start')
  .description('bring in all builds of a Buildhub2, verify their hashes, and reindex')
  .option('--bucket <name>', 'the bucket that its keys are in, which it did not store (default: S3_BUCKET)')
  .option('--after <id>', 'only rows with a larger id: what was added since the last import', parseCount, 0)
  .option('--no-reindex', 'leave the index to a later reindex or reconciliation')
  .option('--detach', 'return as soon as it has started')
  .option('--json', 'the report as JSON')
  .addHelpText(
    'after',
    `
The workers read the database BUILDHUB2_DATABASE_URL, and write nothing there. Ids, hashes, metadata, times, keys and ETags
are kept. It can be repeated at any time: what is there already is left alone.

Examples:
  $ buildhub import start --bucket net-mozaws-prod-delivery-firefox
  $ buildhub import start --no-reindex --detach
  $ buildhub import start --after 1234567              once more, just before the old system is switched off

Exit codes: 0 done; 1 could not be done; 3 done, and the report has something to look at (another id, a hash that differs,
a build that would not be taken in today, no reindex); 4 cancelled; 78 a bad setting in the environment; 130 interrupted
while watching (the import goes on).`,
  )
  .action(({ bucket, after, reindex, detach, json = false }: Options) =>
    withTemporal(async ({ client, config, operator }) => {
      const input = {
        bucket: bucket ?? config.S3_BUCKET,
        after: String(after),
        ...(reindex && { reindexWorkflowId: reindexWorkflowId(config.ELASTICSEARCH_INDEX) }),
      };
      const handle = await startImport(client, config, input, operator);
      process.stderr.write(`Started ${handle.workflowId}\n`);
      if (!detach) return await watchOperation(client, handle, importText, json);
      const { workflowId } = handle;
      process.stdout.write(json ? `${JSON.stringify({ workflowId })}\n` : `${workflowId}\n`);
    }),
  );
