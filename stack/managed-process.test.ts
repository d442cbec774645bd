import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type ManagedSpec, runManaged, spawnManaged } from './managed-process.ts';
import { findProcess, listProcesses } from './process-table.ts';

const stateOf = (pid: number) => execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });

describe('a managed process', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'managed-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const shell = (script: string, more: Partial<ManagedSpec> = {}): ManagedSpec => ({
    name: 'The script',
    command: 'sh',
    args: ['-c', script],
    env: { PATH: process.env.PATH },
    logFile: join(folder, 'script.log'),
    ...more,
  });

  test('is ready when its log says so, freezes, thaws and stops with its descendants', async () => {
    const script =
      'setsid sleep 300 & trap "echo bye; exit 3" TERM; echo READY; while :; do sleep 0.05; done';
    const managed = await spawnManaged(shell(script, { ready: /READY/ }));
    const sleeper = () =>
      listProcesses().find((entry) => entry.ppid === managed.pid && entry.pgid !== managed.pid);
    // It is in a group of its own a moment after it was started.
    const stray = await vi.waitUntil(() => sleeper()?.pid);
    managed.freeze();
    // A process that runs at this moment stops a moment after the signal.
    await expect.poll(() => stateOf(managed.pid)).toMatch(/^T/);
    await expect.poll(() => stateOf(stray)).toMatch(/^T/);
    managed.thaw();
    managed.freeze();
    expect(await managed.stop()).toEqual({ code: 3, signal: null });
    expect(managed.running).toBe(false);
    expect(readFileSync(managed.logFile, 'utf8')).toContain('bye');
    await expect.poll(() => findProcess(stray)).toBeUndefined();
  });

  test('that ends before it is ready is an error with its log and the end of it', async () => {
    const failing = spawnManaged(shell('echo no such disk; exit 7', { ready: () => Promise.resolve(false) }));
    await expect(failing).rejects.toThrow(
      /ended before it was ready \(exit code 7\)\. Its log is .*script\.log, which ends:\n {2}\| no such disk/,
    );
  });

  test('that hangs is killed and named', async () => {
    const hanging = spawnManaged(
      shell('trap "" TERM; echo $$; while :; do sleep 0.05; done', {
        ready: /never/,
        readyTimeoutMs: 300,
        stopTimeoutMs: 200,
      }),
    );
    await expect(hanging).rejects.toThrow('was not ready after 0.3 s');
    expect(
      findProcess(Number.parseInt(readFileSync(join(folder, 'script.log'), 'utf8'), 10)),
    ).toBeUndefined();
  });

  test('that cannot be started says which program', async () => {
    await expect(spawnManaged(shell('', { command: '/no/such/program' }))).rejects.toThrow(
      '/no/such/program is not there',
    );
  });

  test('run to its end fails with the reason or is stopped by an abort', async () => {
    await runManaged(shell('exit 0'));
    await expect(runManaged(shell('echo oops >&2; exit 1'))).rejects.toThrow('oops');
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('Ctrl-C')), 100);
    await expect(runManaged(shell('sleep 60', { signal: controller.signal }))).rejects.toThrow('Ctrl-C');
  });

  test('is stopped by the guardian when its launcher is killed, and files meant to go are gone', async () => {
    const note = join(folder, 'pids');
    const program = join(folder, 'launcher.ts');
    const here = import.meta.dirname;
    writeFileSync(
      program,
      `import { writeFileSync } from 'node:fs';
import { ensureGuardian, removeAtEnd } from '${here}/guardian.ts';
import { spawnManaged } from '${here}/managed-process.ts';
writeFileSync('${folder}/env', 'A=1');
removeAtEnd('${folder}/env');
const common = { env: { PATH: process.env.PATH }, logFile: '${folder}/child.log' };
const calm = await spawnManaged({ ...common, name: 'calm', command: 'sleep', args: ['300'] });
const frozen = await spawnManaged({ ...common, name: 'frozen', command: 'sleep', args: ['300'] });
frozen.freeze();
writeFileSync('${note}', JSON.stringify([calm.pid, frozen.pid, ensureGuardian().pid]));
setInterval(() => undefined, 1000);
`,
    );
    const launcher = spawn(process.execPath, [program], { stdio: 'inherit' });
    await expect.poll(() => existsSync(note), { timeout: 10_000 }).toBe(true);
    await sleep(50);
    const pids = JSON.parse(readFileSync(note, 'utf8')) as number[];
    expect(pids.map((pid) => findProcess(pid) !== undefined)).toEqual([true, true, true]);
    launcher.kill('SIGKILL');
    await expect.poll(() => pids.filter((pid) => findProcess(pid)), { timeout: 8_000 }).toEqual([]);
    expect(existsSync(join(folder, 'env'))).toBe(false);
  }, 20_000);
});
