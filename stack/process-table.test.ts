import { spawn } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import {
  findProcess,
  isAlive,
  listProcesses,
  ownIdentity,
  parseProcStat,
  processFamily,
} from './process-table.ts';

describe('the process table', () => {
  test('reads a name with spaces and brackets', () => {
    const rest = `S 7 8 8 0 -1 4194304 1 0 0 0 1 1 0 0 20 0 1 0 987654 1000`;
    expect(parseProcStat(`42 (a (b) c) ${rest}`)).toEqual({
      pid: 42,
      ppid: 7,
      pgid: 8,
      state: 'S',
      started: '987654',
    });
  });

  test('finds this process and tells it from another with the same pid', () => {
    expect(findProcess(process.pid)?.ppid).toBe(process.ppid);
    expect(isAlive(ownIdentity())).toBe(true);
    expect(isAlive({ ...ownIdentity(), started: 'earlier' })).toBe(false);
  });

  test('a family holds the group and the descendants in groups of their own', () => {
    const entry = (pid: number, ppid: number, pgid: number) => ({ pid, ppid, pgid, started: String(pid) });
    const table = [
      entry(1, 0, 1),
      entry(10, 1, 10),
      entry(11, 10, 11),
      entry(12, 11, 11),
      entry(13, 1, 10),
      entry(20, 1, 20),
    ];
    expect(processFamily(10, table).sort()).toEqual([10, 11, 12, 13]);
  });

  test('a process that has ended is not listed', async () => {
    const child = spawn('sleep', ['30']);
    const pid = child.pid ?? 0;
    expect(listProcesses().map((entry) => entry.pid)).toContain(pid);
    child.kill('SIGKILL');
    await new Promise((done) => child.once('exit', done));
    expect(findProcess(pid)).toBeUndefined();
  });
});
