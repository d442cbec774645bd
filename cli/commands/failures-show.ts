import { Command } from 'commander';
import type { Database } from '../../drizzle/connect.ts';
import { findObject } from '../../drizzle/queries/find-object.ts';
import { listUnreadableMessages } from '../../drizzle/queries/unreadable-messages.ts';
import { withDatabase } from '../with-database.ts';

/** `buildhub failures show` */
export const failuresShowCommand = new Command('show')
  .description('show all that is known of an object, or of an SQS message that could not be read')
  .argument('<key>', 'key of the object, or the id of the message with --message')
  .option('--bucket <name>', 'bucket of the object (default: S3_BUCKET)')
  .option('--message', 'it is the id of a message')
  .option('--json', 'as JSON')
  .addHelpText(
    'after',
    `
Examples:
  $ buildhub failures show pub/firefox/candidates/70.0-candidates/build2/win64/en-US/buildhub.json
  $ buildhub failures show --message 059f36b4-87a3-44ab-83d2-661975830a7d`,
  )
  .action((key: string, options: { bucket?: string; message?: boolean; json?: boolean }) =>
    withDatabase(async (database, config) => {
      const row = options.message
        ? await findMessage(database, key)
        : await findObject(database, { bucket: options.bucket ?? config.S3_BUCKET, key });
      if (!row) {
        const what = options.message
          ? `message ${key}`
          : `object s3://${options.bucket ?? config.S3_BUCKET}/${key}`;
        throw new Error(`Nothing is known of ${what}.`);
      }
      const link = `${config.TEMPORAL_UI_URL}/namespaces/${config.TEMPORAL_NAMESPACE}/workflows/${encodeURIComponent(row.workflowId)}/${row.runId}`;
      process.stdout.write(
        options.json ? `${JSON.stringify({ ...row, link })}\n` : describe({ ...row, link }),
      );
    }),
  );

async function findMessage(database: Database, messageId: string) {
  const [row] = await listUnreadableMessages(database, { messageId }, 'infinity', 1);
  if (!row) return undefined;
  const { position: _, ...message } = row;
  return message;
}

function describe(row: object): string {
  const entries = Object.entries(row);
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => `${name.padEnd(width)}  ${describeValue(value)}\n`).join('');
}

function describeValue(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.join(', ');
  return value === null ? '' : String(value);
}
