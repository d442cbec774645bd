import { createReadStream } from 'node:fs';
import { Command } from 'commander';
import { pruneKeyLists, storeKeyList } from '../../operations/key-lists.ts';
import { startBackfill } from '../../temporal/start-backfill.ts';
import { exitCodesHelp } from '../exit-codes.ts';
import { parseConcurrency, parseCount, parseRate, parseS3Address } from '../parse-options.ts';
import { watchOperation } from '../watch-operation.ts';
import { withDatabase } from '../with-database.ts';
import { type Deployment, withTemporal } from '../with-temporal.ts';
import { backfillGroup } from './operation-texts.ts';

interface Options {
  readonly bucket?: string;
  readonly prefix: string;
  readonly keysFile?: string;
  readonly inventory?: { readonly bucket: string; readonly key: string };
  readonly dryRun?: boolean;
  readonly validate?: boolean;
  readonly rate?: number;
  readonly concurrency: number;
  readonly downloads: number;
  readonly expectedKeys?: number;
  readonly detach?: boolean;
  readonly json?: boolean;
}

/** `buildhub backfill start` */
export const backfillStartCommand = new Command('start')
  .description('start a backfill and show how far it is until it ends')
  .option('--bucket <name>', 'bucket to work through (default: S3_BUCKET)')
  .option('--prefix <prefix>', 'only keys that begin with this', '')
  .option('--keys-file <file>', 'only the keys in this file, one a line; - for standard input')
  .option(
    '--inventory <s3-address>',
    'keys from an S3 Inventory in CSV, by its manifest.json, in place of listing the bucket',
    parseS3Address,
  )
  .option('--dry-run', 'write nothing: report what is new, changed and unchanged')
  .option('--validate', 'with --dry-run: also read what is new or changed, and report what is invalid')
  .option('--rate <number>', 'objects read per second at most, all ranges together', parseRate)
  .option('--concurrency <number>', 'ranges of keys worked through at the same time', parseConcurrency, 4)
  .option('--downloads <number>', 'downloads at the same time in each range', parseConcurrency, 12)
  .option('--expected-keys <number>', 'about how many keys there are, for a percentage', parseCount)
  .option('--detach', 'return once it has started')
  .option('--json', 'print the report as JSON')
  .addHelpText(
    'after',
    `
Lists the bucket in ranges side by side and compares each page with the table. What is new or changed is read,
validated, inserted and indexed; what is no build is set apart ("buildhub failures list"). The same again finds
nothing to do. Ctrl-C ends the watching and not the backfill.

Examples:
  $ buildhub backfill start --dry-run                          what would be done?
  $ buildhub backfill start                                    the whole bucket
  $ buildhub backfill start --prefix pub/firefox/candidates/ --rate 50
  $ buildhub backfill start --keys-file keys.txt
  $ aws s3 ls ... | awk '{print $4}' | buildhub backfill start --keys-file -
  $ buildhub backfill start --inventory s3://inventories/delivery/2026-01-31T01-00Z/manifest.json
${exitCodesHelp}`,
  )
  .action((options: Options, command: Command) => {
    if (options.validate && !options.dryRun) command.error('error: --validate goes with --dry-run');
    if (options.keysFile && options.inventory)
      command.error('error: take --keys-file or --inventory, not both');
    return withTemporal((deployment) => start(deployment, options));
  });

async function start(deployment: Deployment, options: Options): Promise<void> {
  const { config, client, operator } = deployment;
  const { bucket = config.S3_BUCKET, rate, concurrency, downloads, expectedKeys } = options;
  const source = await findSource(options, deployment);
  const input = {
    bucket,
    source,
    concurrency,
    downloads,
    ...(options.dryRun && { dryRun: { validate: options.validate ?? false } }),
    ...(rate !== undefined && { rateLimit: rate }),
    ...(expectedKeys !== undefined && { expectedKeys }),
  };
  const handle = await startBackfill(client, config.TEMPORAL_TASK_QUEUE, input, operator);
  process.stderr.write(`Started ${handle.workflowId}\n`);
  if (!options.detach) return await watchOperation(client, handle, backfillGroup.text, options.json ?? false);
  const { workflowId } = handle;
  process.stdout.write(options.json ? `${JSON.stringify({ workflowId })}\n` : `${workflowId}\n`);
}

async function findSource({ prefix, keysFile, inventory }: Options, { client, config }: Deployment) {
  if (inventory) return { kind: 'inventory', prefix, ...inventory } as const;
  if (keysFile === undefined) return { kind: 'listing', prefix } as const;
  const { list, count } = await withDatabase(async (database) => {
    await pruneKeyLists(database, client, config.TEMPORAL_TASK_QUEUE);
    return await storeKeyList(database, keysFile === '-' ? process.stdin : createReadStream(keysFile));
  });
  process.stderr.write(`${count} different keys in the list\n`);
  return { kind: 'key-list', prefix, list } as const;
}
