import { Command } from 'commander';
import { loadConfig } from '../../config/config.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { untilStopped } from '../until-stopped.ts';

/** `buildhub api`: the HTTP API and, once it is built, the web page. */
export const apiCommand = new Command('api')
  .description('run the HTTP API')
  .addHelpText(
    'after',
    `
Listens on API_HOST and API_PORT. SIGTERM finishes the requests in hand, within SHUTDOWN_SECONDS.

Example:
  $ buildhub api`,
  )
  .action(async () => {
    const config = loadConfig();
    const logger = createLogger('api', config.LOG_LEVEL);
    const { runApi } = await import('../../api/run.ts');
    await untilStopped((signal) => runApi(config, logger, signal), config.SHUTDOWN_SECONDS, logger);
  });
