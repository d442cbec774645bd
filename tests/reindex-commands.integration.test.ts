import { execFile } from 'node:child_process';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { childEnvironment } from '../config/config.ts';
import { readBuilds } from '../schema/published-build.ts';
import type { ManagedProcess } from '../stack/managed-process.ts';
import { startReindex } from '../temporal/start-reindex.ts';
import { startBuildhub } from './fixture/buildhub-process.ts';
import { createSandbox, type Sandbox } from './fixture/sandbox.ts';
import { createMainBuild, oldDatabase } from './import-main-build.ts';
import { factsOf } from './progress-facts.ts';
import { someObjects, storeBuilds } from './reindex-corpus.ts';

const main = join(import.meta.dirname, '..', 'cli', 'main.ts');
let sandbox: Sandbox;
let worker: ManagedProcess;
let alias: string;
let oldUrl: string;

beforeAll(async () => {
  sandbox = await createSandbox();
  alias = sandbox.config.ELASTICSEARCH_INDEX;
  oldUrl = await oldDatabase(sandbox.config.DATABASE_URL);
  worker = await startBuildhub(['worker'], { ...sandbox.env, BUILDHUB2_DATABASE_URL: oldUrl });
  await storeBuilds(sandbox, someObjects(300, 1));
});
afterAll(async () => {
  await worker?.stop();
  await oldDatabase(sandbox.config.DATABASE_URL, 'drop');
  await sandbox?.[Symbol.asyncDispose]();
});

/** Runs a command in the sandbox, as a person does. */
async function buildhub(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = childEnvironment({ ...sandbox.env }) as NodeJS.ProcessEnv;
  return await new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

describe('buildhub reindex', () => {
  test('start shows plain lines where there is no terminal, and a report', async () => {
    const { code, stdout, stderr } = await buildhub('reindex', 'start');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^Started reindex:.+\n/);
    expect(stderr).not.toContain('\r');
    expect(stdout).toContain(`To: ${alias}-000002`);
  });

  test('status tells of the last one, also as JSON', async () => {
    expect(await buildhub('reindex', 'status')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('COMPLETED'),
    });
    const { stdout } = await buildhub('reindex', 'status', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'COMPLETED',
      progress: { phase: 'done' },
      report: { phase: 'done', unit: 'rows' },
    });
  });

  test('indexes, roll-back and drop', async () => {
    const back = await buildhub('reindex', 'roll-back', '--json');
    expect(factsOf(JSON.parse(back.stdout))).toMatchObject({
      From: `${alias}-000002`,
      To: `${alias}-000001`,
    });
    expect((await buildhub('reindex', 'indexes')).stdout).toMatch(new RegExp(`${alias}-000002 +former`));
    const listed = await buildhub('reindex', 'indexes', '--json');
    expect(
      listed.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).state),
    ).toEqual(['live', 'former']);
    const refused = await buildhub('reindex', 'drop', `${alias}-000001`);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('is the live index') });
    expect(await buildhub('reindex', 'drop')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--old'),
    });
    const dropped = await buildhub('reindex', 'drop', '--old', '--json');
    expect(JSON.parse(dropped.stdout)).toEqual([`${alias}-000002`]);
  });

  test('pause, resume and cancel reach the one that runs, and a second one is refused', async () => {
    expect(await buildhub('reindex', 'pause')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is running'),
    });
    await startReindex(sandbox.temporal, sandbox.config, { rateLimit: 1 }, 'a test');
    expect(await buildhub('reindex', 'pause')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('pausing'),
    });
    expect((await buildhub('reindex', 'status')).stdout).toMatch(/paus(ed|ing): /);
    expect((await buildhub('reindex', 'limit', '500')).stdout).toContain('at most 500 documents per second');
    expect((await buildhub('reindex', 'status')).stdout).toContain(', up to 500/s');
    expect(await buildhub('reindex', 'limit', 'fast')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('above 0, or "none"'),
    });
    const second = await buildhub('reindex', 'start');
    expect(second).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Wait for its end, or cancel it'),
    });
    expect(await buildhub('reindex', 'cancel')).toMatchObject({ code: 0 });
    expect(await buildhub('reindex', 'status', '--watch')).toMatchObject({ code: 4 });
  });
});

describe('buildhub reconcile', () => {
  test('exits with 3 where differences are left, and with 0 where all agrees or was repaired', async () => {
    await sandbox.elasticsearch.index({ index: alias, id: '77777777', document: { id: 1 } });
    const found = await buildhub('reconcile', 'run', '--objects', 'none');
    expect(found).toMatchObject({ code: 3, stdout: expect.stringMatching(/Documents without a build +1\b/) });
    expect(found.stdout).toContain('77777777');
    expect(await buildhub('reconcile', 'report')).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('77777777'),
    });
    expect(await buildhub('reconcile', 'run', '--objects', 'none', '--repair')).toMatchObject({ code: 0 });
    const { code, stdout } = await buildhub('reconcile', 'run', '--objects', 'none', '--json');
    expect(code).toBe(0);
    expect(factsOf(JSON.parse(stdout))).toMatchObject({ Verdict: 'All agrees' });
  });

  test('is scheduled, shown and unscheduled', async () => {
    expect((await buildhub('reconcile', 'schedule')).stdout).toContain('There is no schedule');
    const made = await buildhub('reconcile', 'schedule', '--every', '6h', '--repair', '--objects', 'none');
    expect(made.stdout).toContain(
      'Every 6h: repairs what differs; compares a sample of the contents, nothing of',
    );
    expect(made.stdout).toMatch(/last run: none yet\nnext run: \d{4}-/);
    expect(JSON.parse((await buildhub('reconcile', 'schedule', '--json')).stdout)).toMatchObject({
      every: 21_600_000,
    });
    expect(await buildhub('reconcile', 'schedule', '--every', 'often')).toMatchObject({ code: 1 });
    expect(await buildhub('reconcile', 'schedule', '--repair')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--repair goes with --every'),
    });
    expect((await buildhub('reconcile', 'schedule', '--remove')).stdout).toContain('There is no schedule');
  });
});

test('buildhub import start brings all in and exits with 3 where there is something to look at', async () => {
  const source = new pg.Client({ connectionString: oldUrl });
  await source.connect();
  const rows = someObjects(30, 9).map(({ key, body }, index) => {
    const [build] = readBuilds(body);
    const more = { metadata: '{}', createdAt: '2020-01-01', key, etag: 'e' };
    return { id: 5_000 + index, hash: build?.hash ?? '', build: build?.text ?? '', ...more };
  });
  try {
    await createMainBuild(source, rows);
    const whole = await buildhub('import', 'start', '--json');
    expect(whole.code).toBe(0);
    expect(factsOf(JSON.parse(whole.stdout))).toMatchObject({ done: 30, 'Of them new': 30 });
    await source.query(`update main_build set build_hash = 'v1:wrong' where id = 5000`);
    const again = await buildhub('import', 'start', '--no-reindex');
    expect(again).toMatchObject({ code: 3, stdout: expect.stringContaining('Row 5000, hash differs') });
    expect((await buildhub('import', 'status')).stdout).toContain('None is running');
  } finally {
    await source.end();
  }
});

test.each(['reindex', 'reconcile', 'import'])(
  'each command of buildhub %s has help with examples',
  async (group) => {
    const { stdout } = await buildhub(group, '--help');
    const names = [...stdout.matchAll(/^ {2}([a-z-]+) .*$/gm)].flatMap(([, name]) => name ?? []);
    const commands = names.filter((name) => name !== 'help');
    expect(commands.length).toBeGreaterThan(2);
    const helps = await Promise.all(commands.map((name) => buildhub(group, name, '--help')));
    for (const help of helps) expect(help.stdout).toMatch(/Examples?:\n {2}\$ buildhub/);
  },
);
