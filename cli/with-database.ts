import pg from 'pg';
import { type Config, loadConfig } from '../config/config.ts';
import { type Connected, connect, type Database } from '../drizzle/connect.ts';
import { createLogger } from '../telemetry/logger.ts';
import { explainFailure } from './explain-failure.ts';
import { sayIfSlow } from './say-if-slow.ts';
import { ServiceAway } from './service-away.ts';

/**
 * Runs a command on the database of a deployment.
 *
 * @param config the environment's, if undefined
 * @throws {ServiceAway} where PostgreSQL does not answer, or refuses
 */
export async function withDatabase<T>(
  run: (database: Database, config: Config) => Promise<T>,
  config = loadConfig(),
): Promise<T> {
  const logger = createLogger('command', config.LOG_LEVEL);
  const connected = connect(config, logger, 'buildhub command');
  try {
    await reachDatabase(connected, config);
    return await run(connected.database, config);
  } finally {
    await connected.close();
  }
}

/**
 * Makes the first connection of a pool, so that a database that is away is named with its address before anything is
 * begun. The pool gives up after five seconds; where it takes long it says so.
 *
 * @throws {ServiceAway} where PostgreSQL does not answer, or refuses
 */
async function reachDatabase(
  { pool }: Pick<Connected, 'pool'>,
  { DATABASE_URL }: Pick<Config, 'DATABASE_URL'>,
): Promise<void> {
  const address = databaseAddress(DATABASE_URL);
  const seconds = (pool.options.connectionTimeoutMillis ?? 0) / 1_000;
  try {
    const text = `PostgreSQL at ${address} does not answer yet; trying for ${seconds} s`;
    const connection = await sayIfSlow(pool.connect(), text);
    connection.release();
  } catch (error) {
    const refuses = error instanceof pg.DatabaseError;
    const why = refuses ? error.message : explainFailure(error);
    const away = { service: 'PostgreSQL', address, setting: 'DATABASE_URL', why, refuses };
    throw new ServiceAway(away, { cause: error });
  }
}

/** Host, port and database of an address of PostgreSQL, as its client reads them: no user and no password. */
function databaseAddress(url: string): string {
  const { host, port, database = '' } = new pg.Client({ connectionString: url });
  return `${host}:${port}/${database}`;
}
