import { defaultFolders } from '../../stack/paths.ts';
import { runTasks } from '../../stack/tasks.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { describeSystem } from './describe-system.ts';
import { startLocalSystem } from './local-system.ts';
import { publishAndWait } from './publish-and-wait.ts';

/**
 * Runs the whole system on this machine until Ctrl-C: starts it, publishes samples, tells what to do next.
 *
 * @throws when something needed is missing or fails; nothing is left running then
 */
export async function startLocally({
  samples,
  stateDir = defaultFolders().stateDir,
}: {
  readonly samples: number;
  readonly stateDir?: string;
}): Promise<void> {
  const signal = stopSignal();
  const system = await startLocalSystem({
    stateDir,
    cacheDir: defaultFolders().cacheDir,
    persistent: true,
    report: 'auto',
    signal,
    onEvent: (line) => process.stderr.write(`${line}\n`),
  });
  try {
    if (samples > 0) {
      const logger = createLogger('start', 'warn');
      const run = async (note: (text: string) => void) =>
        `${await publishAndWait(system.config, samples, logger, note, signal)} builds can be found`;
      await runTasks([{ title: 'Sample builds', run }], 'auto', signal);
    }
    process.stdout.write(describeSystem(system));
    await stopped(signal);
  } finally {
    await system.stop();
    process.stderr.write('Stopped. The data is kept for the next start.\n');
  }
}

/** Aborted by the first Ctrl-C or SIGTERM; another one changes nothing, since everything is being stopped already. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (!controller.signal.aborted) process.stderr.write('\nStopping: finishing what is in hand ...\n');
      controller.abort(new Error('Interrupted.'));
    });
  }
  return controller.signal;
}

async function stopped(signal: AbortSignal): Promise<void> {
  // A pending promise alone does not keep a process alive.
  const alive = setInterval(() => undefined, 60_000);
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
  clearInterval(alive);
}
