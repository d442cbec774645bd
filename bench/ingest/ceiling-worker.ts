/**
 * Temporal's own ceiling: the poller, the workflow and the worker of `buildhub worker`, with activities that do
 * nothing. Usage: ceiling-worker.ts MESSAGES. Logs `Done` when so many workflows have had their last activity.
 */
import { untilStopped } from '../../cli/until-stopped.ts';
import { loadConfig } from '../../config/config.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { run } from '../../worker/run.ts';
import { emptyActivities } from './empty-activities.ts';

const config = loadConfig();
const logger = createLogger('ceiling', config.LOG_LEVEL);
let left = Number(process.argv[2]);
const activities = emptyActivities(() => {
  left -= 1;
  if (left === 0) logger.info('Done');
});
const parts = { worker: true, poller: true };
await untilStopped(
  (signal) => run(config, parts, logger, signal, () => activities),
  config.SHUTDOWN_SECONDS,
  logger,
);
