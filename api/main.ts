import { untilStopped } from '../cli/until-stopped.ts';
import { loadConfig } from '../config/config.ts';
import { createLogger } from '../telemetry/logger.ts';
import { runApi } from './run.ts';

try {
  const config = loadConfig();
  const logger = createLogger('api', config.LOG_LEVEL);
  await untilStopped((signal) => runApi(config, logger, signal), config.SHUTDOWN_SECONDS, logger);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
