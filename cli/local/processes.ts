import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { childEnvironment } from '../../config/config.ts';
import { type ManagedProcess, spawnManaged } from '../../stack/managed-process.ts';

const main = join(import.meta.dirname, '..', 'main.ts');

/** Milliseconds between the end of a process that crashed and its next start. */
const restartAfter = 1_000;

/** One of Buildhub's own processes, as production runs it. */
export interface ProductProcess {
  readonly name: string;
  /** Arguments of the `buildhub` command. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Address that answers with 200 once the process is ready. */
  readonly readyUrl: string;
}

/** A product process that is started again when it crashes, as an orchestrator would. */
export interface SupervisedProcess {
  readonly name: string;
  readonly logFile: string;
  /** Of the process that runs now, or ran last. */
  readonly pid: number;
  /** Told to end by SIGTERM; not started again. */
  stop(): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** SIGKILL; started again a second later. */
  kill(): Promise<void>;
}

/**
 * Starts a process and keeps it running until it is stopped.
 *
 * @param onRestart called when it has exited unexpectedly, with a line for people
 * @throws when the first start fails; the message names the log and shows its end
 */
export async function supervise(
  process: ProductProcess,
  onRestart: (line: string) => void,
): Promise<SupervisedProcess> {
  let stopping = false;
  let managed = await launch(process);
  const watch = async (): Promise<void> => {
    while (!stopping) {
      const { code, signal } = await managed.exited;
      if (stopping) return;
      onRestart(
        `${process.name} exited unexpectedly (${signal ?? `exit code ${code}`}) and is restarted. Its log: ${process.logFile}`,
      );
      await sleep(restartAfter);
      await launch(process).then(
        (next) => {
          managed = next;
        },
        (error: Error) => onRestart(error.message),
      );
    }
  };
  const watching = watch();
  return {
    name: process.name,
    logFile: process.logFile,
    get pid() {
      return managed.pid;
    },
    async stop() {
      stopping = true;
      await managed.stop();
      // It may have been starting again just now.
      await watching;
      return await managed.stop();
    },
    async kill() {
      await managed.kill();
    },
  };
}

async function launch({ name, args, env, logFile, readyUrl }: ProductProcess): Promise<ManagedProcess> {
  return await spawnManaged({
    name,
    command: process.execPath,
    args: [main, ...args],
    env: childEnvironment(env),
    logFile,
    ready: async () => (await fetch(readyUrl, { signal: AbortSignal.timeout(2_000) })).ok,
    readyTimeoutMs: 60_000,
    stopTimeoutMs: 40_000,
  });
}
