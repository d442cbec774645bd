import pg from 'pg';
import type { Config } from '../config/config.ts';
import type { Connected } from '../drizzle/connect.ts';
import { explainFailure } from './explain-failure.ts';
import { sayIfSlow } from './say-if-slow.ts';
import { ServiceAway } from './service-away.ts';

/**
 * Makes the first connection of a pool, so that a database that is away is named with its address before anything is
 * begun. The pool gives up after five seconds; where it takes long it says so.
 *
 * @throws {ServiceAway} where PostgreSQL does not answer, or refuses
 */
export async function reachDatabase(
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
