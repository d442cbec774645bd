import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { findProcess, type ProcessIdentity } from './process-table.ts';

/** What the launcher tells its guardian, one JSON line each. */
export type GuardianMessage =
  | {
      readonly kind: 'watch';
      readonly pid: number;
      readonly started: string;
      readonly stopSignal: NodeJS.Signals;
    }
  | { readonly kind: 'unwatch'; readonly pid: number }
  | { readonly kind: 'remove-at-end' | 'keep'; readonly path: string }
  /** Nothing is left to watch over: end without looking for strays, which may be another guardian's. */
  | { readonly kind: 'dismiss' };

/** In the environment of every managed process: by it the guardian finds those it was not told of in time. */
const runId = randomUUID();
export const guardianMarker: Readonly<Record<string, string>> = { STACK_RUN_ID: runId };

const graceMs = 10_000;
const standing = new Map<string, GuardianMessage>();
let guardian: ChildProcess | undefined;

/**
 * Makes sure that this process has a guardian, a small process in a session of its own that stops whatever is still
 * being watched when this process is gone, `kill -9` included. Returns the guardian's identity.
 */
export function ensureGuardian(): ProcessIdentity {
  const pid = (guardian ?? startGuardian()).pid;
  if (pid === undefined) throw new Error('The guardian process could not be started.');
  return { pid, started: findProcess(pid)?.started ?? '' };
}

/** Has the guardian stop this process and its family, should the launcher die. */
export function watchProcess(pid: number, stopSignal: NodeJS.Signals): void {
  const started = findProcess(pid)?.started;
  if (started !== undefined) tell(`process ${pid}`, { kind: 'watch', pid, started, stopSignal });
}

/** The process has ended or been stopped; the guardian forgets it, and ends itself with the last one. */
export function unwatchProcess(pid: number): void {
  untell(`process ${pid}`, { kind: 'unwatch', pid });
}

/** Has the guardian delete a file (a lock, an env file) once it has stopped everything. */
export function removeAtEnd(path: string): void {
  tell(`file ${path}`, { kind: 'remove-at-end', path });
}

/** Takes removeAtEnd back. */
export function keepAtEnd(path: string): void {
  untell(`file ${path}`, { kind: 'keep', path });
}

function tell(key: string, message: GuardianMessage): void {
  ensureGuardian();
  standing.set(key, message);
  send(message);
}

function untell(key: string, message: GuardianMessage): void {
  if (!standing.delete(key)) return;
  send(message);
  if (standing.size === 0) dismissGuardian();
}

function send(message: GuardianMessage): void {
  guardian?.stdin?.write(`${JSON.stringify(message)}\n`);
}

function startGuardian(): ChildProcess {
  const program = fileURLToPath(new URL('./guardian-process.ts', import.meta.url));
  const child = spawn(process.execPath, [program, runId, String(graceMs)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    // Without this process's environment, whose marker would make it look like another guardian's stray.
    env: { PATH: '/usr/bin:/bin' },
  });
  guardian = child;
  // Neither the process nor its pipe may keep a launcher alive that is done.
  child.unref();
  (child.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  child.stdin?.on('error', () => undefined);
  child.once('exit', () => {
    if (guardian !== child) return;
    guardian = undefined;
    if (standing.size === 0) return;
    startGuardian();
    for (const message of standing.values()) send(message);
  });
  return child;
}

function dismissGuardian(): void {
  const child = guardian;
  guardian = undefined;
  const message: GuardianMessage = { kind: 'dismiss' };
  child?.stdin?.end(`${JSON.stringify(message)}\n`);
}
