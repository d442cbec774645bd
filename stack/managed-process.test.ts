import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { familyOf, type ManagedSpec, spawnManaged } from './managed-process.ts';

/** A letter as in ps(1); undefined for a process that is gone, or a zombie that only its parent can remove. */
const stateOf = (pid: number) => {
  if (!existsSync(`/proc/${pid}/stat`)) return undefined;
  const state = /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
  return state === 'Z' ? undefined : state;
};

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

  test('is ready when its log says so, freezes, thaws and stops, with its descendants', async () => {
    const script =
      'setsid sleep 300 & sleep 301 & trap "echo bye; exit 3" TERM; echo READY; while :; do sleep 0.05; done';
    const managed = await spawnManaged(shell(script, { ready: /READY/ }));
    const children = await vi.waitUntil(() => {
      const family = familyOf(managed.pid);
      return family.length >= 3 && family;
    });
    managed.freeze();
    for (const pid of children.slice(0, 3)) await expect.poll(() => stateOf(pid)).toBe('T');
    managed.thaw();
    await expect.poll(() => stateOf(managed.pid)).toMatch(/[SR]/);
    managed.freeze();
    expect(await managed.stop()).toEqual({ code: 3, signal: null });
    expect(managed.running).toBe(false);
    expect(readFileSync(managed.logFile, 'utf8')).toContain('bye');
  });

  test('that is killed takes its descendants along, those in groups of their own too', async () => {
    const managed = await spawnManaged(
      shell('setsid sleep 300 & sleep 301 & echo READY; wait', { ready: /READY/ }),
    );
    const family = await vi.waitUntil(() => {
      const found = familyOf(managed.pid);
      return found.length === 3 && found;
    });
    expect(await managed.kill()).toEqual({ code: null, signal: 'SIGKILL' });
    await expect.poll(() => family.filter(stateOf)).toEqual([]);
  });

  test('that ends before it is ready is an error with its log and the end of it', async () => {
    const failing = spawnManaged(shell('echo no such disk; exit 7', { ready: () => Promise.resolve(false) }));
    await expect(failing).rejects.toThrow(
      /ended before it was ready \(exit code 7\)\. Its log is .*script\.log, which ends:\n {2}\| no such disk/,
    );
    const missing = spawnManaged(shell('', { command: '/no/such/program', ready: /never/ }));
    await expect(missing).rejects.toThrow('/no/such/program: No such file');
  });

  test('that hangs is killed and named', async () => {
    const script = 'trap "" TERM; echo $$; while :; do sleep 0.05; done';
    const hanging = spawnManaged(shell(script, { ready: /never/, readyTimeoutMs: 300, stopTimeoutMs: 200 }));
    await expect(hanging).rejects.toThrow('was not ready after 0.3 s');
    expect(stateOf(Number.parseInt(readFileSync(join(folder, 'script.log'), 'utf8'), 10))).toBeUndefined();
  });

  test('ends with its launcher, however that ends and even if it is frozen', async () => {
    const note = join(folder, 'pids');
    const program = join(folder, 'launcher.ts');
    writeFileSync(
      program,
      `import { writeFileSync } from 'node:fs';
import { spawnManaged } from '${import.meta.dirname}/managed-process.ts';
const common = { command: 'sleep', args: ['300'], env: { PATH: process.env.PATH }, logFile: '${folder}/child.log' };
const calm = await spawnManaged({ ...common, name: 'calm', lockFile: '${folder}/lock' });
const frozen = await spawnManaged({ ...common, name: 'frozen' });
await new Promise((next) => setTimeout(next, 200));
frozen.freeze();
writeFileSync('${note}', JSON.stringify([calm.pid, frozen.pid]));
setInterval(() => undefined, 1000);
`,
    );
    const launcher = spawn(process.execPath, [program], { stdio: 'inherit' });
    await expect.poll(() => existsSync(note) && readFileSync(note, 'utf8'), { timeout: 10_000 }).toBeTruthy();
    const pids = JSON.parse(readFileSync(note, 'utf8')) as number[];
    await expect.poll(() => pids.map(stateOf), { timeout: 8_000 }).toEqual(['S', 'T']);
    launcher.kill('SIGKILL');
    await expect.poll(() => pids.filter(stateOf), { timeout: 8_000 }).toEqual([]);
  }, 20_000);
});
