import { ApplicationFailure } from '@temporalio/activity';
import pg from 'pg';

/** SQLSTATE of what no retry mends: login refused, no such database, no such table or column, no permission. */
const final = new Set(['28P01', '28000', '3D000', '42P01', '42703', '42501']);

/**
 * Runs something on the database of a Buildhub2, which can only be read.
 *
 * @throws {ApplicationFailure} not to be retried, where the setting is missing or the database is none of a Buildhub2
 */
export async function withSource<T>(
  url: string | undefined,
  run: (client: pg.Client) => Promise<T>,
): Promise<T> {
  if (!url) {
    throw ApplicationFailure.nonRetryable(
      'The worker does not know where to import from: set BUILDHUB2_DATABASE_URL in its environment and restart it.',
      'NoSource',
    );
  }
  const client = new pg.Client({
    connectionString: url,
    application_name: 'buildhub import',
    connectionTimeoutMillis: 10_000,
    query_timeout: 60_000,
    keepAlive: true,
  });
  // A connection that breaks fails the query that waits for it; without a listener it would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('set default_transaction_read_only = on');
    return await run(client);
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    if (code === undefined || !final.has(code)) throw error;
    throw ApplicationFailure.create({
      type: 'NoSource',
      message: `BUILDHUB2_DATABASE_URL does not lead to a table main_build that can be read: ${message}`,
      nonRetryable: true,
      cause: error as Error,
    });
  } finally {
    await client.end().catch(() => undefined);
  }
}
