import { readFileSync } from 'node:fs';
import type { ManagedProcess } from '../../stack/managed-process.ts';
import { startBuildhub } from '../../tests/fixture/buildhub-process.ts';
import type { Sandbox } from '../../tests/fixture/sandbox.ts';

/** Worker, poller and API each as a process of its own, as production can have them. */
export type ThreeProcesses = Record<'worker' | 'poller' | 'api', ManagedProcess>;

export async function startThreeProcesses(sandbox: Sandbox): Promise<ThreeProcesses> {
  const env = { ...sandbox.env, API_PORT: '0' };
  const [worker, poller, api] = await Promise.all([
    startBuildhub(['worker', '--no-poller'], env),
    startBuildhub(['poller'], env),
    startBuildhub(['api'], env),
  ]);
  return { worker, poller, api };
}

export async function stopThreeProcesses(processes: ThreeProcesses): Promise<void> {
  await Promise.all(Object.values(processes).map((process) => process.stop()));
}

/** The lines that a process has logged. */
export function linesOf({ logFile }: ManagedProcess): Record<string, unknown>[] {
  return readFileSync(logFile, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Where a process listens. */
export function urlOf(process: ManagedProcess): string {
  const url = linesOf(process).find((line) => typeof line.url === 'string')?.url;
  if (typeof url !== 'string') throw new Error(`${process.logFile} does not say where it listens`);
  return url;
}
