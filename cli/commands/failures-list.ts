import { Command } from 'commander';
import type { Database } from '../../drizzle/connect.ts';
import { countByReason } from '../../drizzle/queries/count-objects.ts';
import { listObjects } from '../../drizzle/queries/list-objects.ts';
import {
  countUnreadableMessages,
  listUnreadableMessages,
} from '../../drizzle/queries/unreadable-messages.ts';
import { formatTable } from '../format.ts';
import { parseCount } from '../parse-options.ts';
import { withDatabase } from '../with-database.ts';
import { type FilterOptions, filterOf, withFilterOptions } from './failures-filter.ts';

interface Options extends FilterOptions {
  readonly objects?: boolean;
  readonly messages?: boolean;
  readonly limit: number;
  readonly json?: boolean;
}

/** `buildhub failures list` */
export const failuresListCommand = withFilterOptions(
  new Command('list').description('list what could not be ingested, grouped by reason'),
)
  .option('--objects', 'each object, the one that was tried last first, in place of groups')
  .option('--messages', 'SQS messages that nobody could read, in place of objects')
  .option('-n, --limit <number>', 'how many lines', parseCount, 20)
  .option('--json', 'one JSON object a line')
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
  .action((options: Options) =>
    withDatabase(async (database) => {
      const show = options.messages ? showMessages : options.objects ? showObjects : showGroups;
      process.stdout.write(await show(database, options));
    }),
  );

async function showGroups(database: Database, options: Options): Promise<string> {
  const groups = await countByReason(database, filterOf(options), options.limit);
  if (options.json) return asLines(groups);
  const unreadable = await countUnreadableMessages(database, {});
  const note =
    unreadable === 0
      ? ''
      : `\n${unreadable} SQS messages could not be read: buildhub failures list --messages\n`;
  if (groups.length === 0) return `Nothing has failed.\n${note}`;
  const rows = groups.map(({ outcome, count, lastAttemptAt, reason }) => [
    count,
    outcome,
    showTime(lastAttemptAt),
    reason,
  ]);
  return `${formatTable(['objects', 'outcome', 'last attempt', 'reason'], rows)}\n${note}`;
}

async function showObjects(database: Database, options: Options): Promise<string> {
  const objects = await listObjects(database, filterOf(options), options.limit);
  if (options.json) return asLines(objects.map(({ micros: _, ...object }) => object));
  if (objects.length === 0) return 'Nothing has failed.\n';
  const rows = objects.map(({ outcome, attempts, firstSeenAt, lastAttemptAt, bucket, key, reason }) => [
    outcome,
    attempts,
    showTime(firstSeenAt),
    showTime(lastAttemptAt),
    `s3://${bucket}/${key}\n    ${reason ?? ''}`,
  ]);
  return `${formatTable(['outcome', 'attempts', 'first seen', 'last attempt', 'object'], rows)}\n`;
}

async function showMessages(database: Database, options: Options): Promise<string> {
  const { reason, since, limit } = options;
  const filter = { reason, from: since === undefined ? undefined : new Date(since) };
  const messages = await listUnreadableMessages(database, filter, 'infinity', limit);
  if (options.json) return asLines(messages.map(({ position: _, ...message }) => message));
  if (messages.length === 0) return 'Every message could be read.\n';
  const rows = messages.map((message) => [
    message.attempts,
    showTime(message.lastAttemptAt),
    message.messageId,
    message.reason,
  ]);
  return `${formatTable(['attempts', 'last attempt', 'message', 'reason'], rows)}\n`;
}

function showTime(time: Date): string {
  return time.toISOString().slice(0, 19).replace('T', ' ');
}

function asLines(rows: readonly object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
