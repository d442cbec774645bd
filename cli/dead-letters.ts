import { Command } from 'commander';
import { createSqsClient } from '../aws/clients.ts';
import { listDeadLetters, redriveDeadLetters } from '../aws/dead-letters.ts';
import { ConfigError, loadConfig } from '../config/config.ts';
import { readS3Event, UnreadableMessageError } from '../schema/s3/s3-event.ts';
import type { S3ObjectWrite } from '../schema/s3/s3-object-write.ts';
import { shorten } from '../schema/shorten.ts';
import { withAuditLog } from './deployment.ts';
import { parseLimit } from './input-flags.ts';
import {
  createLiveLine,
  formatNumber,
  formatTime,
  inline,
  print,
  printJson,
  printLines,
} from './terminal.ts';

export function deadLettersCommand(): Command {
  return new Command('dead-letters')
    .addHelpText(
      'after',
      `
A message becomes a dead letter if Temporal rejects the start of its workflow permanently, or after too many deliveries.
For what a workflow could not ingest, see "buildhub failures".

Examples:
  $ buildhub dead-letters list
  $ buildhub dead-letters redrive`,
    )
    .addCommand(listCommand())
    .addCommand(redriveCommand());
}

function listCommand(): Command {
  return new Command('list')
    .description('list dead letters (if there are many, SQS returns only a sample)')
    .option('-n, --limit <number>', 'maximum number of messages', parseLimit, 100)
    .option('--json', 'one JSON object per line, with the full body')
    .addHelpText(
      'after',
      '\nExamples:\n  $ buildhub dead-letters list\n  $ buildhub dead-letters list --json | jq -r .body',
    )
    .action(async ({ limit, json }: { limit: number; json?: boolean }) => {
      const config = loadConfig();
      const from = required(config.SQS_DEAD_LETTER_QUEUE_URL, 'SQS_DEAD_LETTER_QUEUE_URL');
      const letters = await listDeadLetters(createSqsClient(config), from, limit);
      if (json) return printLines(letters);
      if (letters.length === 0) print('The dead-letter queue is empty.');
      for (const { messageId, sentAt, body, reason = 'delivered too many times' } of letters) {
        const lines = [reason, ...describeBody(body)].map((line) => `\n    ${inline(line)}`);
        const sent = formatTime(new Date(sentAt));
        print(`${inline(messageId)}  sent ${sent}${lines.join('')}`);
      }
    });
}

function redriveCommand(): Command {
  return new Command('redrive')
    .description('move all dead letters back to the queue, where they are received again')
    .option('--json', 'print the number of messages as JSON')
    .addHelpText(
      'after',
      `
Each message is sent before it is deleted, so none is lost if this is interrupted. A message that fails again becomes a
dead letter again.

Example:
  $ buildhub dead-letters redrive`,
    )
    .action(async ({ json }: { json?: boolean }) => {
      const config = loadConfig();
      const from = required(config.SQS_DEAD_LETTER_QUEUE_URL, 'SQS_DEAD_LETTER_QUEUE_URL');
      const to = required(config.SQS_QUEUE_URL, 'SQS_QUEUE_URL');
      const line = createLiveLine();
      const { moved, result } = await withAuditLog('dead-letters.redrive', config, async () => {
        const show = (done: number) => line.show(`${formatNumber(done)} moved`);
        const moved = await redriveDeadLetters(createSqsClient(config), from, to, show);
        return { moved, result: `Messages moved back to the queue: ${formatNumber(moved)}` };
      });
      if (json) printJson({ moved });
      else print(result);
    });
}

function required(url: string | undefined, variable: string): string {
  if (!url) throw new ConfigError(`${variable} is not set (see docs/configuration.md)`);
  return url;
}

/** What a message is about, a line each: the objects that it names, or the beginning of one that names none. */
function describeBody(body: string): readonly string[] {
  const objects = objectsOf(body);
  if (objects.length > 0) return objects.map(({ bucket, key }) => `s3://${bucket}/${key}`);
  return [shorten(body.replaceAll(/\s+/g, ' '), 160)];
}

function objectsOf(body: string): readonly S3ObjectWrite[] {
  try {
    return readS3Event(body).objects;
  } catch (error) {
    if (error instanceof UnreadableMessageError) return error.objects;
    throw error;
  }
}
