import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import getPort, { clearLockedPorts } from 'get-port';

/** Something that one process of this machine has at a time: until `release`, or until it ends, however that happens. */
export interface Lock {
  release(): void;
}

/** A TCP port that no other stack takes until it is released. */
export interface ReservedPort extends Lock {
  readonly port: number;
}

/**
 * Takes the lock of this name, or returns undefined when another process (or this one) has it. The lock is a listening
 * socket in Linux's abstract namespace: the kernel removes it with its process, so there is no stale lock.
 */
export async function takeLock(name: string): Promise<Lock | undefined> {
  const server = createServer((socket) => socket.end(String(process.pid))).unref();
  try {
    await once(server.listen(addressOf(name)), 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
    throw error;
  }
  return { release: () => void server.close() };
}

/** The process that has the lock; undefined when none has, or when it is suspended. */
export async function lockHolder(name: string): Promise<number | undefined> {
  try {
    // A process that was suspended (Ctrl-Z) never sends it.
    const signal = AbortSignal.timeout(2_000);
    const [pid] = (await once(connect(addressOf(name)), 'data', { signal })) as [Buffer];
    return Number(pid);
  } catch {
    return undefined;
  }
}

/**
 * Reserves `preferred` if it is free on all of this machine's addresses, else the next free port above it, else any. Two
 * stacks that start together never choose the same port, and a service that is stopped for a moment keeps its own.
 */
export async function reservePort(preferred: number): Promise<ReservedPort> {
  for (let attempt = 0; ; attempt += 1) {
    const wanted = attempt <= 20 ? preferred + attempt : undefined;
    // get-port would avoid for half a minute a port that it has named before, a released one too.
    clearLockedPorts();
    const port = await getPort(wanted ? { port: wanted } : {});
    const lock = wanted === undefined || port === wanted ? await takeLock(`port ${port}`) : undefined;
    if (lock) return { port, release: lock.release };
  }
}

function addressOf(name: string): string {
  return `\0buildhub-stack-${createHash('sha256').update(name).digest('hex')}`;
}
