import { Command } from 'commander';
import { createSqsClient } from '../../aws/clients.ts';
import { countMessages, listDeadLetters } from '../../aws/dead-letters.ts';
import { sendBackDeadLetters } from '../../aws/send-back-dead-letters.ts';
import { type Config, ConfigError, loadConfig } from '../../config/config.ts';
import { formatCount } from '../format.ts';
import { createLiveLine, progressBar } from '../live-line.ts';
import { parseCount } from '../parse-options.ts';
import { describeBody } from './dead-letter-text.ts';

const listCommand = new Command('list')
  .description('look into the dead-letter queue, and leave it as it is')
  .option('-n, --limit <number>', 'how many messages', parseCount, 100)
  .option('--json', 'one JSON object a line, with the whole body')
  .addHelpText(
    'after',
    `
Examples:
  $ buildhub dead-letters list
  $ buildhub dead-letters list --json | jq -r .body`,
  )
  .action(async ({ limit, json }: { limit: number; json?: boolean }) => {
    const config = loadConfig();
    const letters = await listDeadLetters(createSqsClient(config), deadLetterQueue(config), limit);
    if (json) for (const letter of letters) process.stdout.write(`${JSON.stringify(letter)}\n`);
    else if (letters.length === 0) process.stdout.write('The dead-letter queue is empty.\n');
    else
      for (const { messageId, sentAt, receives, body } of letters)
        process.stdout.write(
          `${messageId}  sent ${sentAt}, received ${receives} times\n${describeBody(body)
            .map((line) => `    ${line}\n`)
            .join('')}`,
        );
  });

const sendBackCommand = new Command('send-back')
  .description(
    'move messages from the dead-letter queue back to the queue, to be received as if they were new',
  )
  .argument('[ids...]', 'ids of messages')
  .option('--all', 'all that are there now')
  .option('--json', 'print how many as JSON')
  .addHelpText(
    'after',
    `
Each is sent before it is deleted, so none is lost if this is interrupted. One that fails again comes back here.

Examples:
  $ buildhub dead-letters send-back --all
  $ buildhub dead-letters send-back 059f36b4-87a3-44ab-83d2-661975830a7d`,
  )
  .action(async (ids: string[], { all, json }: { all?: boolean; json?: boolean }, command: Command) => {
    if (ids.length > 0 === (all ?? false)) command.error('error: name messages, or take --all');
    const config = loadConfig();
    if (!config.SQS_QUEUE_URL)
      throw new ConfigError('SQS_QUEUE_URL is not set: where to send them is not known');
    const sqs = createSqsClient(config);
    const from = deadLetterQueue(config);
    const total = all ? await countMessages(sqs, from) : ids.length;
    const line = createLiveLine();
    const result = await sendBackDeadLetters(
      sqs,
      from,
      config.SQS_QUEUE_URL,
      all ? undefined : new Set(ids),
      (sent) =>
        line.show(`${progressBar(total === 0 ? undefined : sent / total)}${formatCount(sent)} sent back`),
    );
    line.end(`${formatCount(result.sent)} sent back`);
    if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
    if (!all && result.sent < ids.length)
      throw new Error(
        `${ids.length - result.sent} of the messages named were not found in the dead-letter queue`,
      );
  });

/** `buildhub dead-letters`: messages that SQS has given up on. */
export const deadLettersCommand = new Command('dead-letters')
  .description('look into the dead-letter queue, and send messages back')
  .addHelpText(
    'after',
    `
A message is there after it was received several times and never deleted: no poller could start its workflow. What a
workflow could not ingest is not there but in "buildhub failures".

Examples:
  $ buildhub dead-letters list
  $ buildhub dead-letters send-back --all`,
  )
  .addCommand(listCommand)
  .addCommand(sendBackCommand);

function deadLetterQueue({ SQS_DEAD_LETTER_QUEUE_URL: url }: Config): string {
  if (!url) throw new ConfigError('SQS_DEAD_LETTER_QUEUE_URL is not set (see docs/configuration.md)');
  return url;
}
