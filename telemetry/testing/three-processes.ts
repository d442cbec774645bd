import { startBuildhub } from '../../tests/fixture/buildhub-process.ts';
import type { Sandbox } from '../../tests/fixture/sandbox.ts';

/** Starts worker, poller and API each as a process of its own, as production can have them. */
export async function startThreeProcesses(sandbox: Sandbox, changes: Readonly<Record<string, string>> = {}) {
  const env = { ...sandbox.env, API_PORT: '0', ...changes };
  const [worker, poller, api] = await Promise.all([
    startBuildhub(['worker', '--no-poller'], env),
    startBuildhub(['poller'], env),
    startBuildhub(['api'], env),
  ]);
  const all = [worker, poller, api];
  return {
    ...{ worker, poller, api, all },
    async [Symbol.asyncDispose]() {
      await Promise.all(all.map((process) => process.stop()));
    },
  };
}
