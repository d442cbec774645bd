import { type Config, loadConfig } from '../config/config.ts';
import { connect, type Database } from '../drizzle/connect.ts';
import { createLogger } from '../telemetry/logger.ts';
import { reachDatabase } from './reach-database.ts';

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
