import { Command } from 'commander';
import { findMessageRetry, findObjectRetry, isWell, outcomeOfRetry } from '../../operations/find-retry.ts';
import { startRetry, startRetryFailed } from '../../temporal/start-retry.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';
import { parseConcurrency, parseRate } from '../parse-options.ts';
import { watchOperation } from '../watch-operation.ts';
import { withDatabase } from '../with-database.ts';
import { type Deployment, withTemporal } from '../with-temporal.ts';
import { type FilterOptions, isNarrowed, selectionOf, withFilterOptions } from './failures-filter.ts';
import { controlCommands } from './operation-control.ts';
import { statusCommand } from './operation-status.ts';
import { retryGroup } from './operation-texts.ts';

interface Options extends FilterOptions {
  readonly message?: boolean;
  readonly messages?: boolean;
  readonly all?: boolean;
  readonly rate?: number;
  readonly concurrency: number;
  readonly detach?: boolean;
  readonly json?: boolean;
}

/** `buildhub failures retry` */
export const failuresRetryCommand = withFilterOptions(
  new Command('retry')
    .description('try again what has failed: some objects, a selection, or all')
    .argument('[keys...]', 'keys of objects')
    .enablePositionalOptions(),
)
  .option('--message', 'what is named are ids of SQS messages that could not be read')
  .option('--messages', 'the messages that could not be read, narrowed by --reason and --since')
  .option('--all', 'all objects and all messages')
  .option('--rate <number>', 'begun per second at most', parseRate)
  .option('--concurrency <number>', 'open at the same time', parseConcurrency, 20)
  .option('--detach', 'return once it has started; not with keys')
  .option('--json', 'print the report as JSON')
  .addHelpText(
    'after',
    `
Each is ingested as if S3 had told of it once more, in a workflow of its own. What is to be retried comes from the
database, so that it does not matter what Temporal has forgotten. A selection is retried by a workflow, which the commands
above are about; Ctrl-C ends the watching and not the retry.

Examples:
  $ buildhub failures retry pub/firefox/candidates/70.0-candidates/build2/win64/en-US/buildhub.json
  $ buildhub failures retry --reason "is not one of" --since 7d
  $ buildhub failures retry --outcome missing --rate 5
  $ buildhub failures retry --all --detach
  $ buildhub failures retry status --watch
  $ buildhub failures retry pause
  $ buildhub failures retry --message 059f36b4-87a3-44ab-83d2-661975830a7d
${exitCodesHelp}`,
  )
  .action(async (keys: string[], options: Options, command: Command) => {
    if (keys.length === 0 && !options.all && !options.messages && !isNarrowed(options))
      command.error('error: say what to retry: keys, a filter such as --reason, --messages, or --all');
    await withTemporal(async (deployment) => {
      if (keys.length > 0) for (const key of keys) await retryOne(deployment, key, options);
      else await retrySelection(deployment, options);
    });
  });

for (const command of [statusCommand(retryGroup), ...controlCommands(retryGroup)])
  failuresRetryCommand.addCommand(command);

async function retrySelection({ config, client, operator }: Deployment, options: Options): Promise<void> {
  const { rate, concurrency, reason, since } = options;
  const messages = options.messages || options.all ? { reason, since } : undefined;
  const selection = { objects: options.messages ? undefined : selectionOf(options), messages };
  const input = { selection, concurrency, ...(rate !== undefined && { rateLimit: rate }) };
  const handle = await startRetryFailed(client, config.TEMPORAL_TASK_QUEUE, input, operator);
  process.stderr.write(`Started ${handle.workflowId}\n`);
  const { workflowId } = handle;
  if (!options.detach) return await watchOperation(client, handle, retryGroup.text, options.json ?? false);
  process.stdout.write(options.json ? `${JSON.stringify({ workflowId })}\n` : `${workflowId}\n`);
}

/** Tries one object or message again, waits for what comes of it, and says so. */
async function retryOne(
  { config, client, operator }: Deployment,
  name: string,
  options: { readonly bucket?: string; readonly message?: boolean; readonly json?: boolean },
): Promise<void> {
  const retry = await withDatabase((database) =>
    options.message
      ? findMessageRetry(database, name)
      : findObjectRetry(database, { bucket: options.bucket ?? config.S3_BUCKET, key: name }),
  );
  if (!retry) throw new Error(`No unreadable message has the id ${name}.`);
  const handle = await startRetry(client, config.TEMPORAL_TASK_QUEUE, retry, operator);
  process.stderr.write(`Started ${handle.workflowId}\n`);
  const ended = await outcomeOfRetry(handle);
  if (!isWell(ended)) process.exitCode = exitCodes.setApart;
  const { outcome, reason } = ended;
  const told = options.json
    ? JSON.stringify({ name, workflowId: handle.workflowId, outcome, reason })
    : `${name}: ${outcome}${reason === undefined ? '' : `: ${reason}`}`;
  process.stdout.write(`${told}\n`);
}
