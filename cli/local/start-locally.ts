import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { defaultFolders } from '../../stack/paths.ts';
import { aborted, stopSignal } from '../../stack/stop-signal.ts';
import { type LocalSystem, startLocalSystem } from './local-system.ts';

/**
 * Runs the whole system on this machine until Ctrl-C: starts it, publishes samples, shows what to do next.
 *
 * @throws when something needed is missing or fails; nothing is left running then
 */
export async function startLocally(samples: number, stateDir = defaultFolders().stateDir): Promise<void> {
  const signal = stopSignal();
  const onEvent = (line: string) => void process.stderr.write(`${line}\n`);
  const system = await startLocalSystem(stateDir, samples, signal, onEvent);
  try {
    process.stdout.write(`\nReady after ${secondsSinceStart()} s.\n${describeSystem(system)}`);
    await aborted(signal);
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

/** The addresses of a system that has just started, and three things to try. */
function describeSystem({ env, envFile, config }: LocalSystem): string {
  const file = relative(process.cwd(), envFile);
  return `
Buildhub is running.

  Search page     ${config.API_URL}
  Operations      ${config.API_URL}/operations
  Operator token  ${env.OPERATIONS_TOKEN}
  Documentation   ${config.API_URL}/docs
  API reference   ${config.API_URL}/api/docs
  Temporal UI     ${config.TEMPORAL_UI_URL}
  Logs            ${file.replace(/env$/, 'logs')}/
  Environment     set -a; . ${file}; set +a

Three things to try:

  1. Search in your browser: ${config.API_URL}/?q=firefox+nightly, or get the newest Firefox nightly:
     curl -s '${config.API_URL}/api/latest?product=firefox&channel=nightly'

  2. Publish more builds, and watch them arrive on the operations page:
     npm run --silent buildhub -- publish-samples --count 50 --seed 2

  3. See the workflow of each build in the Temporal UI:
     ${config.TEMPORAL_UI_URL}/namespaces/${env.TEMPORAL_NAMESPACE}/workflows

Ctrl-C stops everything.
`;
}
