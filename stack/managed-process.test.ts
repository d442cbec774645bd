import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ManagedSpec, spawnManaged } from './managed-process.ts';
import { familyOf, freeze, kill, stateOf, thaw } from './testing/faults.ts';

/** On a busy machine a signal takes a while to arrive. */
const patient = { timeout: 10_000 };

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
  const saysReady = async () => readFileSync(join(folder, 'script.log'), 'utf8').includes('READY');
  const never = async () => false;

  test('is ready when it is said to be, freezes, thaws and stops, with its descendants', async () => {
    // It forks no more once it is ready: a shell whose child is frozen before its exec waits for that instead.
    const script = 'setsid sleep 300 & sleep 301 & trap "echo bye; exit 3" TERM; echo READY; wait';
    const managed = await spawnManaged(shell(script, { ready: saysReady }));
    await expect.poll(() => familyOf(managed.pid), patient).toHaveLength(3);
    const family = familyOf(managed.pid);
    await expect.poll(() => family.map(stateOf), patient).toEqual(['S', 'S', 'S']);
    freeze(managed);
    await expect.poll(() => family.map(stateOf), patient).toEqual(['T', 'T', 'T']);
    thaw(managed);
    await expect.poll(() => family.map(stateOf), patient).toEqual(['S', 'S', 'S']);
    expect(await managed.stop()).toEqual({ code: 3, signal: null });
    expect(managed.running).toBe(false);
    expect(readFileSync(managed.logFile, 'utf8')).toContain('bye');
  });

  test('that is killed takes its descendants along, those in groups of their own too', async () => {
    const managed = await spawnManaged(
      shell('setsid sleep 300 & sleep 301 & echo READY; wait', { ready: saysReady }),
    );
    await expect.poll(() => familyOf(managed.pid), patient).toHaveLength(3);
    const family = familyOf(managed.pid);
    expect(await kill(managed)).toEqual({ code: null, signal: 'SIGKILL' });
    await expect.poll(() => family.filter(stateOf), patient).toEqual([]);
  });

  test('that ends before it is ready is an error with its log and the end of it', async () => {
    const failing = spawnManaged(shell('echo no such disk; exit 7', { ready: never }));
    await expect(failing).rejects.toThrow(
      /ended before it was ready \(exit code 7\)\. Its log is .*script\.log, which ends:\n {2}\| no such disk/,
    );
    const missing = spawnManaged(shell('', { command: '/no/such/program', ready: never }));
    await expect(missing).rejects.toThrow('/no/such/program: No such file');
  });

  test('that hangs is killed and named', async () => {
    const script = 'trap "" TERM; echo $$; while :; do sleep 0.05; done';
    const hanging = spawnManaged(shell(script, { ready: never, readyTimeoutMs: 300, stopTimeoutMs: 200 }));
    await expect(hanging).rejects.toThrow('was not ready after 0.3 s');
    expect(stateOf(Number.parseInt(readFileSync(join(folder, 'script.log'), 'utf8'), 10))).toBeUndefined();
  });

  test('ends with its launcher, however that ends and even if it is frozen', async () => {
    const note = join(folder, 'pids');
    const program = join(folder, 'launcher.ts');
    writeFileSync(
      program,
      `import { readFileSync, writeFileSync } from 'node:fs';
import { spawnManaged } from '${import.meta.dirname}/managed-process.ts';
import { freeze } from '${import.meta.dirname}/testing/faults.ts';
const start = (name, lockFile) => {
  const logFile = '${folder}/' + name;
  const ready = async () => readFileSync(logFile, 'utf8').includes('READY');
  const args = ['-c', 'echo READY; exec sleep 300'];
  return spawnManaged({ name, command: 'sh', args, env: { PATH: process.env.PATH }, ready, logFile, lockFile });
};
const calm = await start('calm', '${folder}/lock');
const frozen = await start('frozen');
freeze(frozen);
writeFileSync('${note}', JSON.stringify([calm.pid, frozen.pid]));
setInterval(() => undefined, 1000);
`,
    );
    const launcher = spawn(process.execPath, [program], { stdio: 'inherit' });
    await expect.poll(() => existsSync(note) && readFileSync(note, 'utf8'), patient).toBeTruthy();
    const pids = JSON.parse(readFileSync(note, 'utf8')) as number[];
    await expect.poll(() => pids.map(stateOf), patient).toEqual(['S', 'T']);
    launcher.kill('SIGKILL');
    await expect.poll(() => pids.filter(stateOf), patient).toEqual([]);
  });
});
