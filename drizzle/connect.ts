import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';

/**
 * What the queries of this folder run on: the pool, or the one connection of a transaction. Transactions begin with
 * {@link inTransaction} only: drizzle's own leaks its connection if `begin` fails, and returns it to the pool with the
 * transaction open if `rollback` fails.
 */
export type Database = Omit<NodePgDatabase, 'transaction'> & { readonly $client: pg.Pool | pg.ClientBase };

export interface Connected extends AsyncDisposable {
  readonly database: Database;
  readonly pool: pg.Pool;
  /**
   * Whether the process has to be restarted: every connection has been in use for a minute without any of them being
   * returned. No statement may take that long, so this is a fault of the process and not of PostgreSQL.
   */
  isWedged(): boolean;
  /** Waits for the connections in use and closes all. */
  close(): Promise<void>;
}

// jsonb is read as the text that it is: a JavaScript number would lose digits.
pg.types.setTypeParser(pg.types.builtins.JSONB, (text: string) => text);

/** Milliseconds that one statement may take; the caller retries. */
const statementLimit = 20_000;
/** Milliseconds after which PostgreSQL ends a transaction whose client has disappeared, so that its locks are released. */
const idleTransactionLimit = 60_000;
/** Milliseconds until a new connection can be used. */
const connectLimit = 5_000;
/** Seconds after which a connection is replaced, so that after a failover none stays with the former server. */
const maxLifetimeSeconds = 300;
/** Milliseconds without a connection returned, see {@link Connected.isWedged}. */
const wedgedAfter = 60_000;

/**
 * Opens a pool. No connection is made before the first query, so this never fails because PostgreSQL is down.
 *
 * @param applicationName shown in pg_stat_activity, for example `buildhub worker`
 */
export function connect(
  config: Pick<Config, 'DATABASE_URL' | 'DATABASE_POOL_SIZE'>,
  logger: Logger,
  applicationName = 'buildhub',
): Connected {
  const pool = new pg.Pool({
    connectionString: connectionString(config.DATABASE_URL),
    max: config.DATABASE_POOL_SIZE,
    application_name: applicationName,
    connectionTimeoutMillis: connectLimit,
    query_timeout: statementLimit,
    maxLifetimeSeconds,
    keepAlive: true,
    // Not as startup parameters, which PgBouncer refuses.
    onConnect: (client) => client.query({ text: settings, query_timeout: connectLimit } as pg.QueryConfig),
  });
  // Without a listener an idle connection that the server closes would end the process.
  pool.on('error', (error) => logger.warn({ err: error }, 'PostgreSQL closed an idle connection'));
  // The pool does not listen to one that is in use, as in a transaction: its next statement fails.
  pool.on('connect', (client) => client.on('error', () => undefined));
  let inUse = 0;
  let changedAt = 0;
  const change = (by: number) => () => {
    inUse += by;
    changedAt = performance.now();
  };
  pool.on('acquire', change(1));
  pool.on('release', change(-1));
  return {
    database: drizzle({ client: pool }),
    pool,
    isWedged: () => inUse >= config.DATABASE_POOL_SIZE && performance.now() - changedAt > wedgedAfter,
    close: () => pool.end(),
    [Symbol.asyncDispose]: () => pool.end(),
  };
}

/** Without JIT: the planner overestimates some joins and would compile them, which takes longer than running them. */
const settings = `set statement_timeout = ${statementLimit};
  set idle_in_transaction_session_timeout = ${idleTransactionLimit}; set jit = off`;

/** The connection string as pg has to read it so that `sslmode` means what it means to libpq and in every manual. */
export function connectionString(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  const mode = url.searchParams.get('sslmode');
  // `no-verify` is pg's own.
  if (mode !== null && mode !== 'no-verify') url.searchParams.set('uselibpqcompat', 'true');
  return url.href;
}

/**
 * Runs `work` in a transaction on a connection of its own, and commits. If anything fails, the connection is closed
 * instead of rolled back: PostgreSQL then rolls back, and no state of a connection that broke, or of a server
 * that became read-only, is used again. (The pool does the same after a single statement that fails.)
 *
 * @throws what `work` throws; if `commit` itself fails, PostgreSQL may have committed all the same
 */
export async function inTransaction<T>(
  { $client: pool }: Database,
  work: (transaction: Database) => Promise<T>,
): Promise<T> {
  if (!(pool instanceof pg.Pool)) throw new Error('A transaction cannot begin within another one');
  const client = await pool.connect();
  try {
    await client.query('begin');
    const result = await work(drizzle({ client }));
    const { command } = await client.query('commit');
    // PostgreSQL responds with ROLLBACK, and no error, if a statement failed and `work` did not report it.
    if (command !== 'COMMIT') throw new Error(`PostgreSQL did not commit the transaction: ${command}`);
    client.release();
    return result;
  } catch (error) {
    client.release(true);
    throw error;
  }
}
