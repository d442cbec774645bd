import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { guardianMarker, unwatchProcess, watchProcess } from './guardian.ts';
import { fileSize, lastLines, readFrom } from './log-tail.ts';
import { identifyFamily, isAlive, processFamily, signalProcess } from './process-table.ts';

/** How a process ended: its exit code, or the signal that ended it. */
export interface ExitStatus {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ManagedSpec {
  /** What messages call it. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment of the process; nothing is inherited besides. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  /** Takes what the process writes to stdout and stderr, appended. */
  readonly logFile: string;
  /** Either asked again and again until it says true, or looked for in what the process logs. None: ready at once. */
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
  /** Asks it to end (a frozen one is thawed first), kills it when it does not, and resolves when it is gone. */
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
    super(`${name} ${what}. Its log is ${logFile}${tail ? `, which ends:\n${indent(tail)}` : ' (empty)'}`);
    this.name = 'ProcessFailedError';
    this.logFile = logFile;
  }
}

/**
 * Starts a process in a session of its own, under the guardian's eye, and resolves once it is ready.
 * Throws ProcessFailedError when it ends or does not get ready in time; it is not left running then.
 */
export async function spawnManaged(spec: ManagedSpec): Promise<ManagedProcess> {
  const { managed, logOffset } = launch(spec);
  try {
    await waitUntilReady(spec, managed, logOffset);
    return managed;
  } catch (error) {
    await managed.stop();
    throw error;
  }
}

/**
 * Runs a command to its end, under the guardian's eye. `onLine` gets the log's newest line now and then.
 * Throws ProcessFailedError when it fails, and the signal's reason when it is aborted.
 */
export async function runManaged(spec: ManagedSpec, onLine?: (line: string) => void): Promise<void> {
  const { managed } = launch(spec);
  const watch = setInterval(() => onLine?.(stripVTControlCharacters(lastLines(spec.logFile, 1))), 500);
  const abort = () => void managed.stop();
  spec.signal?.addEventListener('abort', abort);
  try {
    if (spec.signal?.aborted) abort();
    const status = await managed.exited;
    spec.signal?.throwIfAborted();
    if (status.code !== 0)
      throw new ProcessFailedError(spec.name, `failed (${describe(status)})`, spec.logFile);
  } finally {
    clearInterval(watch);
    spec.signal?.removeEventListener('abort', abort);
  }
}

/** An exit status in words. */
export function describe(status: ExitStatus): string {
  return status.signal ? `ended by ${status.signal}` : `exit code ${status.code}`;
}

function launch(spec: ManagedSpec): { managed: ManagedProcess; logOffset: number } {
  mkdirSync(dirname(spec.logFile), { recursive: true });
  const logOffset = fileSize(spec.logFile);
  const log = openSync(spec.logFile, 'a');
  let child: ChildProcess;
  try {
    child = spawn(spec.command, spec.args, {
      cwd: spec.cwd,
      env: { ...spec.env, ...guardianMarker },
      detached: true,
      stdio: ['ignore', log, log],
      ...(spec.uid === undefined ? {} : { uid: spec.uid }),
      ...(spec.gid === undefined ? {} : { gid: spec.gid }),
    });
  } finally {
    closeSync(log);
  }
  const exited = new Promise<ExitStatus>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: 127, signal: null }));
  });
  const pid = child.pid;
  if (pid === undefined) {
    throw new Error(
      `${spec.name} could not be started: ${spec.command} is not there or may not be run by this user.`,
    );
  }
  watchProcess(pid, spec.stopSignal ?? 'SIGTERM');
  void exited.then(() => unwatchProcess(pid));
  return { managed: control(spec, child, pid, exited), logOffset };
}

function control(
  spec: ManagedSpec,
  child: ChildProcess,
  pid: number,
  exited: Promise<ExitStatus>,
): ManagedProcess {
  const running = () => child.exitCode === null && child.signalCode === null;
  const signalFamily = (signal: NodeJS.Signals) => {
    if (!running()) return;
    // Again until nothing new turns up: a member may have forked between the look and the signal.
    const reached = new Set<number>();
    for (;;) {
      const fresh = processFamily(pid).filter((member) => !reached.has(member));
      if (fresh.length === 0) return;
      for (const member of fresh) {
        reached.add(member);
        signalProcess(member, signal);
      }
    }
  };
  const kill = () => {
    signalFamily('SIGKILL');
    return exited;
  };
  return {
    name: spec.name,
    pid,
    logFile: spec.logFile,
    exited,
    get running() {
      return running();
    },
    async stop() {
      if (!running()) return exited;
      const family = identifyFamily(pid);
      signalProcess(pid, spec.stopSignal ?? 'SIGTERM');
      signalFamily('SIGCONT');
      const timer = new AbortController();
      const late = sleep(spec.stopTimeoutMs ?? 10_000, 'late' as const, { signal: timer.signal }).catch(
        () => 'late' as const,
      );
      const first = await Promise.race([exited, late]);
      timer.abort();
      if (first === 'late') await kill();
      // What a stopped program leaves behind (the compilers of a build tool, say) must not go on without it.
      for (const member of family) if (isAlive(member)) signalProcess(member.pid, 'SIGKILL');
      return exited;
    },
    kill,
    freeze: () => signalFamily('SIGSTOP'),
    thaw: () => signalFamily('SIGCONT'),
  };
}

async function waitUntilReady(spec: ManagedSpec, managed: ManagedProcess, logOffset: number): Promise<void> {
  const timeoutMs = spec.readyTimeoutMs ?? 60_000;
  const deadline = Date.now() + timeoutMs;
  for (let pauseMs = 25; ; pauseMs = Math.min(pauseMs * 1.5, 250)) {
    spec.signal?.throwIfAborted();
    const ready = await isReady(spec, logOffset);
    if (!managed.running) {
      const status = await managed.exited;
      throw new ProcessFailedError(
        spec.name,
        `ended before it was ready (${describe(status)})`,
        spec.logFile,
      );
    }
    if (ready) return;
    if (Date.now() > deadline) {
      throw new ProcessFailedError(spec.name, `was not ready after ${timeoutMs / 1000} s`, spec.logFile);
    }
    await Promise.race([sleep(pauseMs), managed.exited]);
  }
}

async function isReady(spec: ManagedSpec, logOffset: number): Promise<boolean> {
  if (spec.ready === undefined) return true;
  if (spec.ready instanceof RegExp) return spec.ready.test(readFrom(spec.logFile, logOffset));
  try {
    return await spec.ready();
  } catch {
    return false;
  }
}

function indent(text: string): string {
  return text.replace(/^/gm, '  | ');
}
