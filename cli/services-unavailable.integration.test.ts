import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { forAllTests } from '../tests/fixture/for-all-tests.ts';
import { listenHere } from '../tests/fixture/listen-here.ts';
import { createSandbox } from '../tests/fixture/sandbox.ts';
import { runHere } from './testing/run-here.ts';

/** Nobody listens at port 1. */
const nobody = '127.0.0.1:1';
/** Accepts connections and never responds, like a frozen process. */
const silent = forAllTests(() => listenHere(createServer()));
const sandbox = forAllTests(createSandbox);

describe('without Temporal', () => {
  test('a command names its address and setting at once, and does not say that nothing runs', async () => {
    const env = { ...sandbox.env, TEMPORAL_ADDRESS: nobody };
    for (const call of [
      ['reindex', 'status'],
      ['reindex', 'cancel'],
      ['import', 'status', '--json'],
    ])
      expect(await runHere(call, env)).toEqual({
        code: 1,
        stdout: '',
        stderr:
          `buildhub: Temporal at ${nobody} cannot be reached (TEMPORAL_ADDRESS): connect ECONNREFUSED ${nobody}\n` +
          '  Start it, or set TEMPORAL_ADDRESS to its address.',
      });
    expect((await runHere(['setup'], env)).stderr).toContain(`Temporal at ${nobody} cannot be reached`);
  });
});

describe('without PostgreSQL', () => {
  const at = (address: string, name = 'builds') => ({
    ...sandbox.env,
    DATABASE_URL: `postgresql://somebody:hidden-word@${address}/${name}`,
  });

  test('a command names it, its address and its setting, and no password', async () => {
    for (const call of [['migrate'], ['setup'], ['failures', 'list']])
      expect(await runHere(call, at(nobody))).toEqual({
        code: 1,
        stdout: '',
        stderr:
          `buildhub: PostgreSQL at ${nobody}/builds cannot be reached (DATABASE_URL): connect ECONNREFUSED ${nobody}\n` +
          '  Start it, or set DATABASE_URL to its address.',
      });
  });

  test('a server that refuses gets another message than one that is down', async () => {
    const url = new URL(sandbox.config.DATABASE_URL);
    url.pathname = '/no-such-database';
    const { code, stderr } = await runHere(['migrate'], { ...sandbox.env, DATABASE_URL: url.href });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        `buildhub: PostgreSQL at ${url.host}/no-such-database refuses the connection (DATABASE_URL): ` +
        'database "no-such-database" does not exist\n  Correct DATABASE_URL, or try again once it accepts the connection.',
    });
  });
});

test.each([
  ['Temporal', ['backfill', 'list'], `TEMPORAL_ADDRESS`, ''],
  ['PostgreSQL', ['migrate'], 'DATABASE_URL', '/builds'],
])(
  '%s that accepts connections and does not respond is named, without a password',
  async (service, call, setting, path) => {
    const silentAddress = `127.0.0.1:${silent.port}`;
    const at = {
      TEMPORAL_ADDRESS: silentAddress,
      DATABASE_URL: `postgresql://x:hidden-word@${silentAddress}/builds`,
    };
    const { code, stderr } = await runHere(call, { ...sandbox.env, ...at });
    expect(code).toBe(1);
    expect(stderr).toContain(`${service} at ${silentAddress}${path} cannot be reached (${setting}): `);
    expect(stderr).not.toContain('hidden-word');
  },
);
