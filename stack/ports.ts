import { join } from 'node:path';
import getPort, { clearLockedPorts } from 'get-port';
import { type Lock, LockedError, takeLock } from './lock.ts';

/** A TCP port that no other stack of this user takes until it is released. */
export interface ReservedPort {
  readonly port: number;
  release(): void;
}

/**
 * Reserves `preferred` if it is free on all of this machine's addresses, else the next free port above it, else any.
 * `reservationDir` is shared by all stacks of the user, so that two that start at once never choose the same port and
 * a service that is down for a moment gets its own port back.
 */
export async function reservePort(preferred: number, reservationDir: string): Promise<ReservedPort> {
  // get-port would shun for half a minute a port that a stack of this very process has just given back.
  clearLockedPorts();
  for (const candidate of candidatePorts(preferred)) {
    const lock = tryReserve(candidate, reservationDir);
    if (lock === undefined) continue;
    if ((await getPort({ port: candidate })) === candidate) {
      return { port: candidate, release: () => lock.release() };
    }
    lock.release();
  }
  for (;;) {
    const port = await getPort();
    const lock = tryReserve(port, reservationDir);
    if (lock) return { port, release: () => lock.release() };
  }
}

/** The preferred port and the 20 above it. */
export function candidatePorts(preferred: number): number[] {
  return Array.from({ length: 21 }, (_, i) => preferred + i).filter((port) => port > 0 && port <= 65_535);
}

function tryReserve(port: number, reservationDir: string): Lock | undefined {
  try {
    return takeLock(join(reservationDir, `${port}.lock`));
  } catch (error) {
    if (error instanceof LockedError) return undefined;
    throw error;
  }
}
