import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LockedError, lockOwner, takeLock, waitForLock } from './lock.ts';
import { findProcess, ownIdentity } from './process-table.ts';

describe('a lock file', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lock-'));
    path = join(folder, 'lock');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('has one holder at a time, whom the refusal names', () => {
    const lock = takeLock(path);
    expect(() => takeLock(path)).toThrow(LockedError);
    expect(() => takeLock(path)).toThrow(`held by process ${process.pid}`);
    lock.release();
    takeLock(path).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('of a dead process, or of a pid that another process has now, is taken over', async () => {
    const child = spawn('true');
    await new Promise((done) => child.once('exit', done));
    const dead = { pid: child.pid, started: '1' };
    const reused = { ...ownIdentity(), started: 'at another time' };
    for (const holder of [dead, reused]) {
      writeFileSync(path, JSON.stringify({ holder, since: 'before' }));
      expect(lockOwner(path)).toBeUndefined();
      takeLock(path).release();
    }
  });

  test('of a dead holder whose guardian still lives is not', () => {
    const holder = { ...ownIdentity(), started: 'at another time' };
    writeFileSync(path, JSON.stringify({ holder, guardian: ownIdentity(), since: 'before' }));
    let refusal: unknown;
    try {
      takeLock(path);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(LockedError);
    expect(refusal instanceof LockedError && refusal.isHolderDead).toBe(true);
  });

  test('that nobody could have written is taken over', () => {
    writeFileSync(path, '{"holder"');
    takeLock(path).release();
  });

  test('can be waited for', async () => {
    const lock = takeLock(path);
    const waits: number[] = [];
    const waiting = waitForLock(path, { onWait: ({ holder }) => waits.push(holder.pid) });
    setTimeout(() => lock.release(), 300);
    (await waiting).release();
    expect(waits).toEqual([process.pid]);
  });

  test('release leaves alone a lock that another process has taken', () => {
    const lock = takeLock(path);
    const other = { pid: 1, started: findProcess(1)?.started ?? '' };
    writeFileSync(path, JSON.stringify({ holder: other, since: 'later' }));
    lock.release();
    expect(lockOwner(path)?.holder).toEqual(other);
  });
});
