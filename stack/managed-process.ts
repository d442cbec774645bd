import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { logWithEnd } from './downloads.mjs';

/** How a process ended: its exit code, or the signal that ended it. */
export interface ExitStatus {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ManagedSpec {
  /** Its name in messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment of the process; nothing else is inherited. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Options of `setpriv` that make it another user's process. */
  readonly privileges?: readonly string[];
  /** A file on which the process and its children hold a shared `flock` while any of them lives. */
  readonly lockFile?: string | undefined;
  /** Receives stdout and stderr, appended. */
  readonly logFile: string;
  /** Polled until it returns true. Without it the process is ready at once. */
  readonly ready?: () => Promise<boolean>;
  /** Default 180 s. */
  readonly readyTimeoutMs?: number;
  /** Default SIGTERM. */
  readonly stopSignal?: NodeJS.Signals;
  /** How long `stop` waits before it kills. Default 10 s. */
  readonly stopTimeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface ManagedProcess {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** Settles when the process has ended, for whatever reason; never rejects. */
  readonly exited: Promise<ExitStatus>;
  readonly running: boolean;
  /** Asks it to end, kills it if it does not, and resolves when it is gone. */
  stop(): Promise<ExitStatus>;
}

/**
 * Starts a process in a session of its own and resolves once it is ready. The kernel kills it when this process ends,
 * `kill -9` included (PR_SET_PDEATHSIG, by `setpriv`); PostgreSQL's children in turn watch their parent.
 *
 * @throws when it ends or does not get ready in time, with the end of its log; it is not left running then
 */
export async function spawnManaged(spec: ManagedSpec): Promise<ManagedProcess> {
  mkdirSync(dirname(spec.logFile), { recursive: true });
  const managed = launch(spec);
  try {
    await waitUntilReady(spec, managed);
    return managed;
  } catch (error) {
    await managed.stop();
    throw error;
  }
}

function launch(spec: ManagedSpec): ManagedProcess {
  const log = openSync(spec.logFile, 'a');
  const [command, ...args] = [
    ...(spec.lockFile ? ['flock', '--shared', '--no-fork', spec.lockFile] : []),
    ...['setpriv', '--pdeathsig', 'KILL', ...(spec.privileges ?? []), '--', spec.command, ...spec.args],
  ] as [string, ...string[]];
  const child = spawn(command, args, {
    cwd: spec.cwd,
    env: spec.env,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const exited = new Promise<ExitStatus>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: 127, signal: null }));
  });
  const { pid } = child;
  if (pid === undefined)
    throw new Error(`${spec.name} could not be started: ${command} (package util-linux) is not on the PATH.`);

  const isRunning = () => child.exitCode === null && child.signalCode === null;
  return {
    name: spec.name,
    pid,
    logFile: spec.logFile,
    exited,
    get running() {
      return isRunning();
    },
    async stop() {
      if (!isRunning()) return exited;
      sendSignal(pid, spec.stopSignal ?? 'SIGTERM');
      const killGroup = () => sendSignal(-pid, 'SIGKILL');
      const timer = setTimeout(killGroup, spec.stopTimeoutMs ?? 10_000);
      await exited;
      clearTimeout(timer);
      // What it leaves behind in its process group must not continue without it.
      killGroup();
      return exited;
    },
  };
}

async function waitUntilReady(spec: ManagedSpec, managed: ManagedProcess): Promise<void> {
  const { name, ready = async () => true, logFile, readyTimeoutMs = 180_000 } = spec;
  const failed = (what: string) => new Error(`${name} ${what}. ${logWithEnd(logFile)}`);
  const deadline = Date.now() + readyTimeoutMs;
  for (let pauseMs = 25; ; pauseMs = Math.min(pauseMs * 1.5, 250)) {
    spec.signal?.throwIfAborted();
    const isUp = await ready().catch(() => false);
    if (!managed.running) throw failed(`ended before it was ready (${howEnded(await managed.exited)})`);
    if (isUp) return;
    if (Date.now() > deadline) throw failed(`was not ready after ${readyTimeoutMs / 1000} s`);
    await Promise.race([sleep(pauseMs), managed.exited]);
  }
}

/** As `SIGKILL` or `exit code 1`. */
export function howEnded({ code, signal }: ExitStatus): string {
  return signal ?? `exit code ${code}`;
}

/** Sends a signal to one process, or with a negative pid to a group; one that no longer exists is not an error. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
