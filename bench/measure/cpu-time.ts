import { readdirSync, readFileSync } from 'node:fs';
import { familyOf } from '../../stack/testing/faults.ts';

/** Linux counts CPU time in ticks of a hundredth of a second (USER_HZ), on every architecture. */
const millisecondsPerTick = 10;

/** CPU time spent so far, in milliseconds, by what the figures are for. */
export type CpuTimes = Readonly<Record<string, number>>;

/**
 * The CPU time of processes with all their descendants, those that have ended included, and, as `whole machine`, of
 * everything that runs.
 *
 * @param pids the processes, by the name that the result uses
 * @returns nothing if there is no /proc, that is, on other systems than Linux
 */
export function readCpuTimes(pids: Readonly<Record<string, number>>): CpuTimes {
  if (process.platform !== 'linux') return {};
  const times = Object.entries(pids).map(([name, pid]) => {
    const family = pid === process.pid ? [pid] : familyOf(pid);
    return [name, family.reduce((sum, member) => sum + timeOfProcess(member), 0)];
  });
  return { ...Object.fromEntries(times), 'whole machine': timeOfMachine() };
}

/** The CPU time of a process's threads, by thread name; threads that have ended are not in it. */
export function readThreadTimes(pid: number): CpuTimes {
  if (process.platform !== 'linux') return {};
  const times: Record<string, number> = {};
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const stat = read(`/proc/${pid}/task/${thread}/stat`);
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    times[name] = (times[name] ?? 0) + sumTicks(stat, [13, 14]);
  }
  return times;
}

/** What was spent between two readings; a process that was not there at the first counts from zero. */
export function cpuBetween(before: CpuTimes, after: CpuTimes): CpuTimes {
  return Object.fromEntries(Object.entries(after).map(([name, time]) => [name, time - (before[name] ?? 0)]));
}

function timeOfProcess(pid: number): number {
  // utime, stime, and the same of children that have ended (proc_pid_stat(5), counted from 0).
  return sumTicks(read(`/proc/${pid}/stat`), [13, 14, 15, 16]);
}

function timeOfMachine(): number {
  // user, nice, system, irq, softirq; neither idle nor waiting for a disk, nor stolen by other machines.
  const fields = (read('/proc/stat').split('\n')[0] ?? '').split(/\s+/);
  return [1, 2, 3, 6, 7].reduce((sum, at) => sum + Number(fields[at]), 0) * millisecondsPerTick;
}

function sumTicks(stat: string, positions: readonly number[]): number {
  // The name in brackets may hold spaces; what follows it does not.
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return positions.reduce((sum, at) => sum + Number(afterName[at - 2] ?? 0), 0) * millisecondsPerTick;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // It has ended since it was listed.
    return '';
  }
}
