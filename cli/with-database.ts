import { type Config, loadConfig } from '../config/config.ts';
import { connect, type Database } from '../drizzle/connect.ts';
import { createLogger } from '../telemetry/logger.ts';

/** Runs a command on the database of the environment. */
export async function withDatabase<T>(run: (database: Database, config: Config) => Promise<T>): Promise<T> {
  const config = loadConfig();
  const { database, close } = connect(config, createLogger('command', config.LOG_LEVEL), 'buildhub command');
  try {
    return await run(database, config);
  } finally {
    await close();
  }
}
