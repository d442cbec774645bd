import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';

/** What the queries of this folder run on: the pool, or a transaction. */
export type Database = NodePgDatabase;

/** PostgreSQL with its pool of connections. */
export interface Connected {
  readonly database: Database;
  readonly pool: pg.Pool;
  /** Waits for the connections in use and closes all. */
  close(): Promise<void>;
}

// jsonb is read as the text that it is: a JavaScript number would lose digits.
pg.types.setTypeParser(pg.types.builtins.JSONB, (text: string) => text);

/**
 * Opens a pool. No connection is made before the first query, so this never fails because PostgreSQL is away.
 *
 * @param applicationName shown in pg_stat_activity, for example `buildhub worker`
 */
export function connect(
  config: Pick<Config, 'DATABASE_URL' | 'DATABASE_POOL_SIZE'>,
  logger: Logger,
  applicationName = 'buildhub',
): Connected {
  const pool = new pg.Pool({
    connectionString: config.DATABASE_URL,
    max: config.DATABASE_POOL_SIZE,
    application_name: applicationName,
    connectionTimeoutMillis: 5_000,
    // A server that hangs must not hold a connection for ever: the caller retries.
    query_timeout: 20_000,
    statement_timeout: 20_000,
    keepAlive: true,
  });
  // Without a listener an idle connection that the server closes would end the process.
  pool.on('error', (error) => logger.warn({ err: error }, 'PostgreSQL closed an idle connection'));
  // The pool does not listen to one that is in use, as in a transaction. Whoever uses it learns of it by the next statement.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return { database: drizzle({ client: pool }), pool, close: () => pool.end() };
}
