import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds between two readings. */
const interval = 250;

/** The memory of a process over time, in MiB: in the middle of each quarter of the time, and at its peak. */
export interface MemoryUse {
  readonly quarters: readonly number[];
  readonly peak: number;
}

/** Reads the resident memory of a process while something runs; nothing if there is no /proc. */
export async function whileWatchingMemory<T>(
  pid: number,
  work: () => Promise<T>,
): Promise<[T, MemoryUse | undefined]> {
  const readings: number[] = [];
  const done = new AbortController();
  const watching = (async () => {
    while (!done.signal.aborted) {
      const size = residentMiB(pid);
      if (size !== undefined) readings.push(size);
      await sleep(interval, undefined, { signal: done.signal }).catch(() => undefined);
    }
  })();
  try {
    const result = await work();
    return [result, summarise(readings)];
  } finally {
    done.abort();
    await watching;
  }
}

function summarise(readings: readonly number[]): MemoryUse | undefined {
  if (readings.length === 0) return undefined;
  return {
    quarters: [0.125, 0.375, 0.625, 0.875].map((part) => readings[Math.floor(part * readings.length)] ?? 0),
    peak: Math.max(...readings),
  };
}

function residentMiB(pid: number): number | undefined {
  try {
    const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kibibytes === undefined ? undefined : Math.round(Number(kibibytes) / 1_024);
  } catch {
    return undefined;
  }
}
