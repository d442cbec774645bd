import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runBuildhub } from '../tests/fixture/run-buildhub.ts';
import { createSandbox, type Sandbox } from '../tests/fixture/sandbox.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});
afterAll(() => sandbox?.[Symbol.asyncDispose]());

describe('a command that is called wrongly', () => {
  test('says so, and its record of actions has an end', async () => {
    const calls = [
      ['dead-letters', 'send-back'],
      ['failures', 'retry'],
      ['backfill', 'start', '--validate'],
      ['reindex', 'drop'],
    ];
    for (const call of calls)
      expect(await runBuildhub(call, sandbox.env)).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(/^error: /),
      });
    const { rows } = await sandbox.postgres.pool.query<{ action: string; outcome: string; result: string }>(
      'select action, outcome, result from operator_actions order by id',
    );
    expect(rows.map(({ action, outcome }) => [action, outcome])).toEqual(
      calls.map(([group, name]) => [`${group}.${name}`, 'failed']),
    );
    expect(rows[0]?.result).toContain('name messages, or take --all');
  });

  test('suggests the command that was meant, and help that is asked for is no mistake', async () => {
    expect(await runBuildhub(['bakfill'], sandbox.env)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Did you mean backfill?'),
    });
    expect(await runBuildhub(['backfill', 'start', '--rate', 'x'], sandbox.env)).toMatchObject({
      stderr: expect.stringContaining('(buildhub backfill start --help shows what there is)'),
    });
    expect(await runBuildhub(['backfill', 'start', '--help'], sandbox.env)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Examples:'),
      stderr: '',
    });
  });
});

test('a list of keys that cannot be read is a message, with its end in the record', async () => {
  expect(await runBuildhub(['backfill', 'start', '--keys-file', '/no/such/file'], sandbox.env)).toMatchObject(
    {
      code: 1,
      stderr: "buildhub: ENOENT: no such file or directory, open '/no/such/file'",
    },
  );
  const { rows } = await sandbox.postgres.pool.query<{ outcome: string; result: string }>(
    'select outcome, result from operator_actions order by id desc limit 1',
  );
  expect(rows).toMatchObject([{ outcome: 'failed', result: expect.stringContaining('ENOENT') }]);
});
