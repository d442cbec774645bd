import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

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
  readonly privileges?: readonly string[] | undefined;
  /** A file on which the process and its children hold a shared `flock` while any of them lives. */
  readonly lockFile?: string | undefined;
  /** Receives stdout and stderr, appended. */
  readonly logFile: string;
  /** Polled until it returns true, or searched for in the log. Without it the process is ready at once. */
  readonly ready?: (() => Promise<boolean>) | RegExp;
  /** Default 60 s. */
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
  /** Asks it to end (after thawing it), kills it if it does not, and resolves when it is gone. */
  stop(): Promise<ExitStatus>;
  /** SIGKILL for it and all its descendants; resolves when it is gone. */
  kill(): Promise<ExitStatus>;
  /** SIGSTOP for it and all its descendants. */
  freeze(): void;
  /** SIGCONT for it and all its descendants. */
  thaw(): void;
}

/** A process that ended or hung before it was ready. The message names its log and shows the end of it. */
export class ProcessFailedError extends Error {
  readonly logFile: string;

  constructor(name: string, what: string, logFile: string) {
    const tail = lastLines(logFile);
    const shown = tail ? `, which ends:\n${tail.replace(/^/gm, '  | ')}` : ' (empty)';
    super(`${name} ${what}. Its log is ${logFile}${shown}`);
    this.name = 'ProcessFailedError';
    this.logFile = logFile;
  }
}

/**
 * Starts a process in a session of its own and resolves once it is ready. The kernel kills it when this process ends,
 * `kill -9` included (PR_SET_PDEATHSIG, by `setpriv`); PostgreSQL's children in turn watch their parent.
 *
 * @throws {ProcessFailedError} when it ends or does not get ready in time; it is not left running then
 */
export async function spawnManaged(spec: ManagedSpec): Promise<ManagedProcess> {
  mkdirSync(dirname(spec.logFile), { recursive: true });
  const logOffset = fileSize(spec.logFile);
  const managed = launch(spec);
  try {
    await waitUntilReady(spec, managed, logOffset);
    return managed;
  } catch (error) {
    await managed.stop();
    throw error;
  }
}

/**
 * Runs a program to its end, like `spawnManaged`; aborting its signal kills it.
 *
 * @throws {ProcessFailedError} when it fails; the signal's reason when it was aborted
 */
export async function runManaged(spec: ManagedSpec): Promise<void> {
  const managed = await spawnManaged(spec);
  spec.signal?.addEventListener('abort', () => void managed.kill(), { once: true });
  const status = await managed.exited;
  spec.signal?.throwIfAborted();
  if (status.code !== 0)
    throw new ProcessFailedError(spec.name, `failed (${howEnded(status)})`, spec.logFile);
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
  /** Returns the processes that the signal reached. */
  const signalFamily = (signal: NodeJS.Signals): ReadonlySet<number> => {
    const reached = new Set<number>();
    if (!isRunning()) return reached;
    // Repeated until no new member is found: one may have forked between the listing and the signal.
    let fresh = [pid];
    while (fresh.length > 0) {
      for (const member of fresh) {
        reached.add(member);
        signalProcess(member, signal);
      }
      fresh = familyOf(pid).filter((member) => !reached.has(member));
    }
    return reached;
  };
  const kill = () => {
    // Frozen first: the kernel no longer lists the children of a process that has been killed.
    for (const member of signalFamily('SIGSTOP')) signalProcess(member, 'SIGKILL');
    return exited;
  };
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
      signalProcess(pid, spec.stopSignal ?? 'SIGTERM');
      signalFamily('SIGCONT');
      const timer = setTimeout(kill, spec.stopTimeoutMs ?? 10_000);
      await exited;
      clearTimeout(timer);
      // What it leaves behind in its process group must not continue without it.
      signalProcess(-pid, 'SIGKILL');
      return exited;
    },
    kill,
    freeze: () => signalFamily('SIGSTOP'),
    thaw: () => signalFamily('SIGCONT'),
  };
}

async function waitUntilReady(spec: ManagedSpec, managed: ManagedProcess, logOffset: number): Promise<void> {
  const { ready, logFile, readyTimeoutMs = 60_000 } = spec;
  const isReady = async () => {
    if (ready === undefined) return true;
    if (ready instanceof RegExp) return ready.test(readFrom(logFile, logOffset));
    return await ready().catch(() => false);
  };
  const deadline = Date.now() + readyTimeoutMs;
  for (let pauseMs = 25; ; pauseMs = Math.min(pauseMs * 1.5, 250)) {
    spec.signal?.throwIfAborted();
    const isUp = await isReady();
    if (!managed.running) {
      const how = howEnded(await managed.exited);
      throw new ProcessFailedError(spec.name, `ended before it was ready (${how})`, logFile);
    }
    if (isUp) return;
    if (Date.now() > deadline)
      throw new ProcessFailedError(spec.name, `was not ready after ${readyTimeoutMs / 1000} s`, logFile);
    await Promise.race([sleep(pauseMs), managed.exited]);
  }
}

/** As `SIGKILL` or `exit code 1`. */
export function howEnded({ code, signal }: ExitStatus): string {
  return signal ?? `exit code ${code}`;
}

/** The pids of a process and all its descendants; only the process itself when it has ended. */
export function familyOf(pid: number): number[] {
  const children = (parent: number) => {
    try {
      return readdirSync(`/proc/${parent}/task`).flatMap((thread) =>
        readFileSync(`/proc/${parent}/task/${thread}/children`, 'utf8')
          .split(' ')
          .filter(Boolean)
          .map(Number),
      );
    } catch {
      return [];
    }
  };
  return [pid, ...children(pid).flatMap(familyOf)];
}

/** Sends a signal to one process, or with a negative pid to a group; one that no longer exists is not an error. */
function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The last lines of a log file, read from its last 64 kB; empty if the file does not exist. */
function lastLines(path: string, lines = 15): string {
  const text = readFrom(path, Math.max(0, fileSize(path) - 65_536));
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}

/** The size of a file in bytes; 0 when there is none. */
export function fileSize(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** What was written to a file since it had `offset` bytes. */
export function readFrom(path: string, offset: number): string {
  if (!existsSync(path)) return '';
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(Math.max(0, fstatSync(file).size - offset));
    return buffer.toString('utf8', 0, readSync(file, buffer, 0, buffer.length, offset));
  } finally {
    closeSync(file);
  }
}
