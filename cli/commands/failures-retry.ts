import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { Command } from 'commander';
import { type OperationState, watchProgress } from '../../temporal/read-progress.ts';
import { startRetryFailed } from '../../temporal/start-retry-failed.ts';
import { endedRetries, type RetryProgress } from '../../workflows/retry-failed-progress.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';
import { formatCount, formatDuration } from '../format.ts';
import { createLiveLine, progressBar } from '../live-line.ts';
import { parseConcurrency, parseRate } from '../parse-options.ts';
import { type Deployment, withTemporal } from '../with-temporal.ts';
import { type FilterOptions, isNarrowed, selectionOf, withFilterOptions } from './failures-filter.ts';
import { retryOne } from './failures-retry-one.ts';

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
    .argument('[keys...]', 'keys of objects'),
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
database, so that it does not matter what Temporal has forgotten.

Examples:
  $ buildhub failures retry pub/firefox/candidates/70.0-candidates/build2/win64/en-US/buildhub.json
  $ buildhub failures retry --reason "is not one of" --since 7d
  $ buildhub failures retry --outcome missing --rate 5
  $ buildhub failures retry --all
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

async function retrySelection({ config, client, operator }: Deployment, options: Options): Promise<void> {
  const { rate, concurrency, reason, since } = options;
  const messages = options.messages || options.all ? { reason, since } : undefined;
  const selection = { objects: options.messages ? undefined : selectionOf(options), messages };
  const input = { selection, concurrency, ...(rate !== undefined && { perSecond: rate }) };
  const handle = await startRetryFailed(client, config.TEMPORAL_TASK_QUEUE, input, operator);
  process.stderr.write(`Started ${handle.workflowId}\n`);
  if (options.detach) process.stdout.write(`${handle.workflowId}\n`);
  else await watch(client, handle, options.json ?? false);
}

async function watch(client: Client, handle: WorkflowHandle, asJson: boolean): Promise<void> {
  const line = createLiveLine();
  let isInterrupted = false;
  process.once('SIGINT', () => {
    isInterrupted = true;
  });
  let state = await watchProgress<RetryProgress>(client, handle);
  for (
    ;
    (!state || state.status === 'RUNNING') && !isInterrupted;
    state = await watchProgress(client, handle)
  ) {
    line.show(state ? progressLine(state) : 'Temporal cannot be reached; what runs goes on');
    await sleep(500);
  }
  if (!state || state.status === 'RUNNING') {
    line.end(state ? progressLine(state) : '');
    process.stderr.write(`It goes on in ${handle.workflowId}.\n`);
    process.exitCode = exitCodes.interrupted;
    return;
  }
  line.end(progressLine(state));
  // Throws what it failed with, for the command to report.
  if (state.status !== 'COMPLETED') await handle.result();
  if (!state.progress) throw new Error(`${handle.workflowId} has ended without a report`);
  process.stdout.write(
    asJson
      ? `${JSON.stringify({ workflowId: handle.workflowId, ...state.progress })}\n`
      : describe(state.progress),
  );
  process.exitCode = exitCodeOf(state.progress);
}

function progressLine({ progress, isStale }: OperationState<RetryProgress>): string {
  if (!progress) return isStale ? 'waiting for a worker' : 'starting';
  const ended = endedRetries(progress);
  const bar = progressBar(progress.total === 0 ? undefined : ended / progress.total);
  return `${bar}${progress.phase}: ${formatCount(ended)} of ${formatCount(progress.total)} retried, ${progress.open} open`;
}

function describe({ total, outcomes, seconds, stillFailing }: RetryProgress): string {
  if (total === 0) return 'There was nothing to retry.\n';
  const counts = Object.entries(outcomes).map(([outcome, count]) => `${formatCount(count)} ${outcome}`);
  const examples = stillFailing.map(({ workflowId, reason }) => `  ${workflowId}\n    ${reason}\n`);
  const more = examples.length === 0 ? '' : `Failing still, for example:\n${examples.join('')}`;
  return `${counts.join(', ')} in ${formatDuration(seconds)}\n${more}`;
}

function exitCodeOf({ phase, outcomes }: RetryProgress): number {
  if (phase === 'cancelled') return exitCodes.cancelled;
  const { ingested = 0, unchanged = 0, running = 0 } = outcomes;
  const total = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
  return total > ingested + unchanged + running ? exitCodes.setApart : 0;
}
