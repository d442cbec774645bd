import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, ownIdentity, type ProcessIdentity } from './process-table.ts';

/** What a lock file holds: who has it, and who may still be cleaning up for a holder that was killed. */
export interface LockOwner {
  readonly holder: ProcessIdentity;
  readonly guardian?: ProcessIdentity | undefined;
  readonly since: string;
}

/** A lock that is held until `release`, or until the process that took it is dead. */
export interface Lock {
  readonly path: string;
  release(): void;
}

/** Thrown when another living process holds the lock. */
export class LockedError extends Error {
  readonly owner: LockOwner;

  constructor(path: string, owner: LockOwner) {
    super(`${path} is held by process ${owner.holder.pid} since ${owner.since}`);
    this.name = 'LockedError';
    this.owner = owner;
  }

  /** The holder was killed and its guardian is still cleaning up. */
  get isHolderDead(): boolean {
    return !isAlive(this.owner.holder);
  }
}

/**
 * Takes the lock file at `path` for this process, at once or not at all. A lock whose holder is dead is taken over.
 * Throws LockedError when the holder, or the guardian that still stops a killed holder's processes, is alive.
 */
export function takeLock(path: string, guardian?: ProcessIdentity): Lock {
  mkdirSync(dirname(path), { recursive: true });
  const owner: LockOwner = { holder: ownIdentity(), guardian, since: new Date().toISOString() };
  const draft = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  writeFileSync(draft, JSON.stringify(owner));
  try {
    for (;;) {
      try {
        // A link appears with its content or not at all, so that nobody ever reads half a lock.
        linkSync(draft, path);
        return { path, release: () => releaseLock(path, owner) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      removeStaleLock(path, `${draft}.stale`);
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/** As takeLock, but waits while another process holds it; `onWait` is called once with whom it waits for. */
export async function waitForLock(
  path: string,
  options: {
    guardian?: ProcessIdentity;
    onWait?: (owner: LockOwner) => void;
    timeoutMs?: number;
    signal?: AbortSignal | undefined;
  } = {},
): Promise<Lock> {
  const deadline = Date.now() + (options.timeoutMs ?? Number.POSITIVE_INFINITY);
  let told = false;
  for (;;) {
    try {
      return takeLock(path, options.guardian);
    } catch (error) {
      if (!(error instanceof LockedError) || Date.now() > deadline) throw error;
      if (!told) options.onWait?.(error.owner);
      told = true;
      await sleep(200, undefined, options.signal ? { signal: options.signal } : {});
    }
  }
}

/** Who holds the lock, or undefined when nobody does or the holder (and its guardian) is dead. */
export function lockOwner(path: string): LockOwner | undefined {
  const owner = readOwner(path);
  if (owner === undefined) return undefined;
  return isAlive(owner.holder) || (owner.guardian && isAlive(owner.guardian)) ? owner : undefined;
}

function removeStaleLock(path: string, aside: string): void {
  const owner = lockOwner(path);
  if (owner) throw new LockedError(path, owner);
  try {
    // Moved first and looked at then: between the check and the move another process may have taken the lock.
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  try {
    const moved = lockOwner(aside);
    if (moved) {
      linkSync(aside, path);
      throw new LockedError(path, moved);
    }
  } finally {
    rmSync(aside, { force: true });
  }
}

function releaseLock(path: string, owner: LockOwner): void {
  const current = readOwner(path);
  if (current?.holder.pid === owner.holder.pid && current.holder.started === owner.holder.started) {
    rmSync(path, { force: true });
  }
}

function readOwner(path: string): LockOwner | undefined {
  try {
    const owner = JSON.parse(readFileSync(path, 'utf8')) as LockOwner;
    return typeof owner.holder?.pid === 'number' ? owner : undefined;
  } catch {
    return undefined;
  }
}
