import { readFileSync } from 'node:fs';
import { defaultFolders } from '../../stack/paths.ts';
import { describeSystem } from './describe-system.ts';
import { startLocalSystem } from './local-system.ts';

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
    samples,
    report: 'auto',
    signal,
    onEvent: (line) => process.stderr.write(`${line}\n`),
  });
  try {
    process.stdout.write(`\nReady after ${secondsSinceStart()} s.\n${describeSystem(system)}`);
    await stopped(signal);
  } finally {
    await system.stop();
    process.stderr.write('Stopped. The data is kept for the next start.\n');
  }
}

/**
 * Seconds since `npm start` began. Its shell installs packages first and then becomes this process, which keeps the
 * shell's start time: field 22 of proc_pid_stat(5), in hundredths of a second since boot.
 */
function secondsSinceStart(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const started = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]) / 100;
  return Math.round(Number.parseFloat(readFileSync('/proc/uptime', 'utf8')) - started);
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
