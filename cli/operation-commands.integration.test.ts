import { beforeAll, describe, expect, test } from 'vitest';
import { operations } from '../operations/registry.ts';
import { startBuildhub } from '../tests/fixture/buildhub-process.ts';
import { eventually } from '../tests/fixture/eventually.ts';
import { forAllTests } from '../tests/fixture/for-all-tests.ts';
import { createSandbox } from '../tests/fixture/sandbox.ts';
import { startWorkflow } from '../tests/fixture/start-operations.ts';
import { createMainBuild, openOldDatabase } from '../tests/import-main-build.ts';
import { someObjects, storeBuilds } from '../tests/reindex-corpus.ts';
import { createProgram } from './program.ts';
import { runHere } from './testing/run-here.ts';

const sandbox = forAllTests(createSandbox);
const buildhub2 = forAllTests(() => openOldDatabase(sandbox.config.DATABASE_URL));
forAllTests(() => startBuildhub(['worker'], { ...sandbox.env, BUILDHUB2_DATABASE_URL: buildhub2.url }));
let alias: string;

beforeAll(async () => {
  alias = sandbox.config.ELASTICSEARCH_INDEX;
  await storeBuilds(sandbox, someObjects(300, 1));
});

const buildhub = (...args: string[]) => runHere(args, sandbox.env);

/** The audit log, the newest first. */
async function auditLog() {
  const { rows } = await sandbox.postgres.pool.query<Record<string, string>>(
    'select action, outcome, result, parameters::text, via from operator_actions order by id desc',
  );
  return rows;
}

/** The facts of a run that was printed as JSON. */
function factsOf(stdout: string): Record<string, unknown> {
  const { progress } = JSON.parse(stdout) as { progress: { facts: { label: string; value: unknown }[] } };
  return Object.fromEntries(progress.facts.map(({ label, value }) => [label, value]));
}

describe('an operation', () => {
  test('shows plain lines if there is no terminal, and a report; status and list show it again', async () => {
    const { code, stdout, stderr } = await buildhub('reindex', 'start');
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^Started reindex:.+\n/),
    });
    expect(stderr).not.toContain('\r');
    expect(stdout).toMatch(new RegExp(`^Reindex of ${alias}\n.*To +${alias}-000002`, 's'));
    expect((await buildhub('reindex', 'status')).stdout).toBe(stdout);
    const json = JSON.parse((await buildhub('reindex', 'status', '--json')).stdout);
    expect(json).toMatchObject({
      ...{ name: 'reindex', status: 'done', title: `Reindex of ${alias}` },
      requested_by: expect.stringMatching(/\(command line\)$/),
      progress: { phase: 'done', unit: 'rows', dry_run: false },
    });
    const list = await buildhub('reindex', 'list', '--json');
    expect(list.stdout.split('\n').map((line) => JSON.parse(line).workflow_id)).toEqual([json.workflow_id]);
    expect((await auditLog())[0]).toMatchObject({
      ...{ action: 'reindex.start', outcome: 'started', via: 'command line' },
      parameters: expect.stringContaining('"concurrency": 3'),
    });
  });

  test('that has never run is not an error, for status and list alike', async () => {
    for (const { name, title } of operations.filter(({ name }) => name !== 'reindex')) {
      const status = await buildhub(name, 'status');
      expect(status).toEqual({ code: 0, stdout: `${title}: no runs yet.`, stderr: '' });
      expect(await buildhub(name, 'list')).toEqual(status);
      expect((await buildhub(name, 'status', '--json')).stdout).toBe('null');
      expect(await buildhub(name, 'status', 'no-such-run')).toMatchObject({
        code: 1,
        stderr: 'buildhub: No run with id no-such-run.',
      });
    }
  });

  test('roll-back, the list of indexes, and drop-indexes', async () => {
    const back = await buildhub('roll-back', 'start', '--json');
    expect(factsOf(back.stdout)).toMatchObject({ From: `${alias}-000002`, To: `${alias}-000001` });
    expect((await buildhub('indexes')).stdout).toMatch(new RegExp(`${alias}-000002 +former`));
    const listed = await buildhub('indexes', '--json');
    expect(listed.stdout.split('\n').map((line) => JSON.parse(line))).toMatchObject([
      { state: 'live', created_at: expect.any(String) },
      { state: 'former', retired_at: expect.any(String) },
    ]);
    const refused = await buildhub('drop-indexes', 'start', '--names', `${alias}-000001`);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('is the live index');
    const dropped = await buildhub('drop-indexes', 'start', '--keep', '0', '--json');
    expect(Object.values(factsOf(dropped.stdout))).toEqual([`${alias}-000002`]);
  });

  test('is paused, limited, resumed and cancelled by commands, and a second one is refused', async () => {
    expect(await buildhub('reindex', 'pause')).toMatchObject({
      code: 1,
      stderr: 'buildhub: No reindex is running.',
    });
    await startWorkflow(sandbox.temporal, 'reindex', sandbox.config, { rateLimit: 1 });
    // Temporal lists a run a moment after its start.
    await eventually('the run in the list', async () => {
      const { status } = JSON.parse((await buildhub('reindex', 'status', '--json')).stdout);
      return status === 'done' ? undefined : true;
    });
    expect(await buildhub('reindex', 'pause')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Pausing'),
    });
    expect((await auditLog())[0]).toMatchObject({
      ...{ action: 'runs.control', outcome: 'started' },
      parameters: expect.stringContaining('"command": "pause"'),
    });
    expect((await buildhub('reindex', 'status')).stdout).toMatch(/paus(ed|ing): /);
    expect((await buildhub('reindex', 'limit', '500')).stdout).toContain('The rate limit is 500 per second');
    expect((await buildhub('reindex', 'status')).stdout).toContain('(up to 500/s)');
    expect(await buildhub('reindex', 'start')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Wait until it has finished, or cancel it'),
    });
    expect((await auditLog())[0]).toMatchObject({ action: 'reindex.start', outcome: 'failed' });
    expect(await buildhub('reindex', 'cancel')).toMatchObject({ code: 0 });
    const watched = await buildhub('reindex', 'status', '--watch');
    expect(watched).toMatchObject({ code: 4, stdout: expect.stringContaining('cancelled') });
  });

  test('exits with 3 if problems are left, and with 0 if all agrees or was repaired', async () => {
    await sandbox.elasticsearch.index({ index: alias, id: '77777777', document: { id: 1 } });
    const found = await buildhub('reconcile', 'start', '--extent', 'none');
    expect(found).toMatchObject({ code: 3, stdout: expect.stringMatching(/Documents without a build +1\b/) });
    expect(await buildhub('reconcile', 'status')).toMatchObject({ code: 3, stdout: found.stdout });
    expect(await buildhub('reconcile', 'status', '--json')).toMatchObject({ code: 3 });
    expect(await buildhub('reconcile', 'start', '--extent', 'none', '--repair')).toMatchObject({ code: 0 });
    const { code, stdout } = await buildhub('reconcile', 'start', '--extent', 'none', '--json');
    expect(code).toBe(0);
    expect(factsOf(stdout)).toMatchObject({ Verdict: 'No differences' });
  });
});

test('an import brings in everything and starts a reindex, and exits with 3 if it finds problems', async () => {
  const row = { build: '{}', metadata: '{}', createdAt: '2020-01-01', key: null, etag: null };
  await createMainBuild(buildhub2.client, [{ id: 5_000, hash: 'v1:wrong', ...row }]);
  const { code, stdout } = await buildhub('import', 'start', '--json');
  expect(code).toBe(3);
  expect(factsOf(stdout)).toMatchObject({
    ...{ 'Of these, new': 1, 'Row 5000, hash differs': expect.any(String) },
    Reindex: expect.stringMatching(/^Started/),
  });
});

test('the schedule of reconciliations is set, shown and deleted; only changes are in the audit log', async () => {
  expect((await buildhub('reconcile', 'schedule')).stdout).toBe('There is no schedule.');
  expect((await auditLog())[0]).not.toMatchObject({ action: expect.stringContaining('schedule') });
  const set = await buildhub('reconcile', 'schedule', '--every', '6h', '--repair', '--extent', 'none');
  expect(set.stdout).toMatch(/^Every 6h: repairs differences\n.*\nlast run: none yet\nnext run: \d{4}-/);
  expect((await auditLog())[0]).toMatchObject({ action: 'reconcile-schedule.set', outcome: 'done' });
  expect(await buildhub('reconcile', 'schedule', '--every', 'often')).toMatchObject({ code: 1 });
  expect(await buildhub('reconcile', 'schedule', '--repair')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('--repair requires --every'),
  });
  expect((await buildhub('reconcile', 'schedule', '--delete')).stdout).toBe('There is no schedule.');
});

describe('the program', () => {
  test('suggests the command that was meant, and refers to help', async () => {
    expect(await buildhub('bakfill')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Did you mean backfill?'),
    });
    expect((await buildhub('backfill', 'start', '--rate-limit', 'x')).stderr).toContain(
      '(see buildhub backfill start --help)',
    );
  });

  test('has help with examples for every command, also as "help COMMAND"', async () => {
    expect((await buildhub('help', 'failures', 'retry')).stdout).toMatch(/^Usage: buildhub failures retry /);
    expect(await buildhub('help', 'failures', 'nosuch')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("unknown command 'nosuch'"),
    });
    // In this process: fifty others would take half a minute.
    const program = await createProgram();
    const groups = program.commands.filter(({ commands }) => commands.length > 0);
    expect(groups.length).toBeGreaterThan(operations.length);
    for (const command of groups.flatMap(({ commands }) => commands)) {
      let help = '';
      command.configureOutput({ writeOut: (part) => (help += part) }).outputHelp();
      expect(help).toMatch(/Examples?:\n( {2}# .+\n)? {2}\$ buildhub/);
    }
  });

  test('exits silently if its output is closed', async () => {
    const { execa } = await import('execa');
    const main = new URL('main.ts', import.meta.url).pathname;
    const command = `"${process.execPath}" ${main} --help | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await execa('bash', ['-c', command]);
    expect({ stdout, stderr }).toEqual({ stdout: 'Usage: buildhub [options] [command]\n0', stderr: '' });
  });
});
