import type { ManagedProcess } from '../../stack/managed-process.ts';
import { startBuildhub } from '../../tests/fixture/buildhub-process.ts';
import type { Sandbox } from '../../tests/fixture/sandbox.ts';

/** Worker, poller and API each as a process of its own, as production can have them. */
export type ThreeProcesses = Record<'worker' | 'poller' | 'api', ManagedProcess>;

export async function startThreeProcesses(
  sandbox: Sandbox,
  changes: Readonly<Record<string, string>> = {},
): Promise<ThreeProcesses> {
  const env = { ...sandbox.env, API_PORT: '0', ...changes };
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
