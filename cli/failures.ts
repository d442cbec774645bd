import { Command, Option } from 'commander';
import { temporalRunUrl } from '../api/builds/addresses.ts';
import { ingestionStateOf } from '../api/builds/record-schema.ts';
import { createS3Client } from '../aws/clients.ts';
import type { Config } from '../config/config.ts';
import type { Database } from '../drizzle/connect.ts';
import { countByReason, findObject, listObjects, type ObjectRow } from '../drizzle/queries/objects.ts';
import {
  countUnreadableMessages,
  findUnreadableMessage,
  newestUnreadableMessages,
  type UnreadableMessageRow,
} from '../drizzle/queries/unreadable-messages.ts';
import { NotFoundError } from '../operations/operation.ts';
import { actionOutcome, retryOne, retryResult } from '../operations/retry-one.ts';
import { moment, startOf } from '../operations/time-input.ts';
import { type Deployment, withDatabase, withDeployment } from './deployment.ts';
import { exitCodes, exitCodesHelp } from './exit-codes.ts';
import { parseLimit, parseText } from './input-flags.ts';
import {
  formatNumber,
  formatTable,
  formatTime,
  inline,
  note,
  print,
  printJson,
  printLines,
} from './terminal.ts';

export function failuresCommand(): Command {
  return new Command('failures')
    .addHelpText(
      'after',
      `
Examples:
  $ buildhub failures list                        failures, grouped by reason
  $ buildhub failures list --objects --since 24h
  $ buildhub failures show KEY
  $ buildhub failures retry KEY
  $ buildhub retry start --scope objects --reason "is not one of"     retry many at once`,
    )
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(retryCommand());
}

interface ListOptions {
  readonly outcome?: 'invalid' | 'missing';
  readonly reason?: string;
  readonly prefix?: string;
  readonly bucket?: string;
  readonly since?: Date;
  readonly objects?: boolean;
  readonly messages?: boolean;
  readonly limit: number;
  readonly json?: boolean;
}

function listCommand(): Command {
  return new Command('list')
    .description('list what could not be ingested, grouped by reason')
    .addOption(
      new Option('--outcome <outcome>', 'only objects with this outcome').choices(['invalid', 'missing']),
    )
    .option('--reason <text>', 'only failures whose reason contains this text')
    .option('--prefix <prefix>', 'only keys with this prefix')
    .option('--bucket <name>', 'only objects in this bucket')
    .option(
      '--since <time>',
      'only failures last attempted since this time: 2026-01-31, 90m, 24h, 7d',
      (text) => startOf(parseText(moment, text)),
    )
    .option('--objects', 'list each object, latest attempt first, instead of groups')
    .addOption(
      new Option(
        '--messages',
        'list unreadable SQS messages, latest attempt first, instead of objects',
      ).conflicts(['outcome', 'prefix', 'bucket', 'objects']),
    )
    .option('-n, --limit <number>', 'maximum number of lines', parseLimit, 20)
    .option('--json', 'one JSON object per line')
    .addHelpText(
      'after',
      `
Examples:
  $ buildhub failures list
  $ buildhub failures list --since 24h --outcome invalid
  $ buildhub failures list --objects --reason "required property"
  $ buildhub failures list --objects --json --limit 100000 | jq -r .key
  $ buildhub failures list --messages`,
    )
    .action(async (options: ListOptions) => {
      const show = options.messages ? showMessages : options.objects ? showObjects : showGroups;
      await withDatabase((database, config) => show(database, options, config));
    });
}

function filterOf({ outcome, reason, prefix, bucket, since }: ListOptions) {
  const outcomes: readonly ('invalid' | 'missing')[] = outcome ? [outcome] : ['invalid', 'missing'];
  return { outcomes, reason, prefix, bucket, from: since };
}

const noFailures = 'No failures match.';

async function showGroups(database: Database, options: ListOptions): Promise<void> {
  const groups = await countByReason(database, filterOf(options), options.limit);
  noteLimit(groups, options, 'groups');
  if (options.json) return printLines(groups);
  const rows = groups.map(({ outcome, count, lastAttemptAt, example }) => {
    return [count, outcome, formatTime(lastAttemptAt), example];
  });
  print(rows.length === 0 ? noFailures : formatTable(['objects', 'outcome', 'last attempt', 'reason'], rows));
  const unreadable = await countUnreadableMessages(database, {});
  if (unreadable > 0)
    print(`\nUnreadable SQS messages: ${formatNumber(unreadable)} (buildhub failures list --messages)`);
}

async function showObjects(database: Database, options: ListOptions, config: Config): Promise<void> {
  const objects = await listObjects(database, filterOf(options), options.limit);
  noteLimit(objects, options, 'objects');
  if (options.json) return printLines(objects.map((row) => objectJson(row, config)));
  if (objects.length === 0) return print(noFailures);
  const rows = objects.map(({ outcome, attempts, firstSeenAt, lastAttemptAt, bucket, key, reason }) => {
    const object = `s3://${bucket}/${key}`;
    return [outcome, attempts, formatTime(firstSeenAt), formatTime(lastAttemptAt), object, reason ?? ''];
  });
  print(formatTable(['outcome', 'attempts', 'first attempt', 'last attempt', 'object', 'reason'], rows));
}

async function showMessages(database: Database, options: ListOptions, config: Config): Promise<void> {
  const { reason, since, limit } = options;
  const messages = await newestUnreadableMessages(database, { reason, from: since }, limit);
  noteLimit(messages, options, 'messages');
  if (options.json) return printLines(messages.map((row) => messageJson(row, config)));
  if (messages.length === 0) return print('There are no unreadable messages.');
  const rows = messages.map(({ attempts, lastAttemptAt, messageId, reason }) => {
    return [attempts, formatTime(lastAttemptAt), messageId, reason];
  });
  print(formatTable(['attempts', 'last attempt', 'message', 'reason'], rows));
}

function noteLimit(shown: readonly unknown[], { limit }: ListOptions, what: string): void {
  if (shown.length === limit) note(`Only the first ${limit} ${what} are shown; use --limit for more.`);
}

interface OneOptions {
  readonly bucket?: string;
  readonly message?: boolean;
  readonly json?: boolean;
}

function showCommand(): Command {
  return new Command('show')
    .description('show an object, or an unreadable SQS message')
    .argument('<key>', 'key of the object; with --message, the id of the message')
    .option('--bucket <name>', 'bucket of the object (default: S3_BUCKET)')
    .option('--message', 'the argument is the id of an SQS message')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ buildhub failures show pub/firefox/candidates/70.0-candidates/build2/win64/en-US/buildhub.json
  $ buildhub failures show --message 059f36b4-87a3-44ab-83d2-661975830a7d`,
    )
    .action(async (key: string, { message, json, ...options }: OneOptions) =>
      withDatabase(async (database, config) => {
        const bucket = options.bucket ?? config.S3_BUCKET;
        const shown = message
          ? await findMessage(database, key, config)
          : await find(database, { bucket, key }, config);
        if (json) return printJson(shown);
        const width = Math.max(...Object.keys(shown).map((name) => name.length));
        for (const [name, value] of Object.entries(shown))
          print(`${name.replaceAll('_', ' ').padEnd(width)}  ${inline(asText(value))}`);
      }),
    );
}

async function find(database: Database, object: { bucket: string; key: string }, config: Config) {
  const row = await findObject(database, object);
  if (row) return objectJson(row, config);
  throw new Error(
    `No outcome of s3://${object.bucket}/${object.key} is recorded. Check the bucket and the key. An ingestion that waits ` +
      'for a service is in the Temporal UI (Outcome = "retrying"). If the event never came: buildhub backfill start --prefix KEY',
  );
}

async function findMessage(database: Database, messageId: string, config: Config) {
  const row = await findUnreadableMessage(database, messageId);
  if (row) return messageJson(row, config);
  throw new Error(`No unreadable message has the id ${messageId}.`);
}

/** An object as the API has it. */
function objectJson(row: ObjectRow, config: Config) {
  const { bucket, key, etag, buildHashes } = row;
  const { url: _, ...state } = ingestionStateOf(row, config);
  return { bucket, key, etag, build_hashes: buildHashes, ...state };
}

/** An unreadable message as the API has it. */
function messageJson(row: UnreadableMessageRow, config: Config) {
  const { messageId, reason, body, attempts, firstSeenAt, lastAttemptAt, workflowId, runId } = row;
  return {
    ...{ message_id: messageId, reason, body, attempts },
    ...{ first_attempt_at: firstSeenAt, last_attempt_at: lastAttemptAt },
    ...{ workflow_id: workflowId, run_id: runId },
    temporal_url: temporalRunUrl(config, workflowId, runId),
  };
}

function asText(value: unknown): string {
  if (value instanceof Date) return formatTime(value);
  if (Array.isArray(value)) return value.join(', ');
  const text = value === null ? '' : String(value);
  return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) ? formatTime(new Date(text)) : text;
}

function retryCommand(): Command {
  return new Command('retry')
    .description('retry single objects or messages, and show the results')
    .argument('<keys...>', 'keys of objects; with --message, ids of messages')
    .option('--bucket <name>', 'bucket of the objects (default: S3_BUCKET)')
    .option('--message', 'the arguments are ids of SQS messages')
    .option('--json', 'one JSON object per line')
    .addHelpText(
      'after',
      `
Each is ingested in its own workflow, as if S3 had sent the event again. To retry many, use "buildhub retry".

Examples:
  $ buildhub failures retry pub/firefox/candidates/70.0-candidates/build2/win64/en-US/buildhub.json
  $ buildhub failures retry --message 059f36b4-87a3-44ab-83d2-661975830a7d
${exitCodesHelp}`,
    )
    .action(async (names: string[], options: OneOptions) =>
      withDeployment(async (deployment) => {
        // One that is unknown must not keep the others from being retried.
        for (const name of names)
          await retry(deployment, name, options).catch((error: unknown) => {
            if (!(error instanceof NotFoundError)) throw error;
            note(`buildhub: ${error.message}`);
            process.exitCode = 1;
          });
      }),
    );
}

async function retry(deployment: Deployment, name: string, options: OneOptions): Promise<void> {
  const bucket = options.bucket ?? deployment.config.S3_BUCKET;
  const failure = options.message ? { messageId: name } : { bucket, key: name };
  const parameters = options.message ? { message_id: name } : failure;
  const { workflowId, ended } = await deployment.act(
    'failures.retry-one',
    parameters,
    async (requestedBy) => {
      const s3 = createS3Client(deployment.config);
      const handle = await retryOne({ ...deployment, s3 }, failure, requestedBy);
      note(`Started ${handle.workflowId}`);
      const ended = await retryResult(handle);
      const outcome = actionOutcome(ended);
      return { ended, outcome, result: `${name}: ${ended.outcome}`, workflowId: handle.workflowId };
    },
  );
  const { outcome, reason } = ended;
  if (actionOutcome(ended) === 'failed') process.exitCode ||= exitCodes.hasProblems;
  if (options.json) printJson({ name, workflowId, outcome, reason: reason ?? null });
  else print(inline(`${name}: ${outcome}${reason === undefined ? '' : `: ${reason}`}`));
}
