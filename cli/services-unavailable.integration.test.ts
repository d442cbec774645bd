import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runBuildhub } from '../tests/fixture/run-buildhub.ts';
import { createSandbox, type Sandbox } from '../tests/fixture/sandbox.ts';

/** Nobody listens at port 1. */
const nobody = '127.0.0.1:1';
/** Accepts connections and never responds, like a frozen process. */
const silent = createServer();
let silentAddress: string;
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await createSandbox();
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  silentAddress = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
});
afterAll(async () => {
  silent.close();
  await sandbox?.[Symbol.asyncDispose]();
});

describe('without Temporal', () => {
  test('a command names what it waits for, then the setting to check, and does not say that nothing runs', async () => {
    const env = { ...sandbox.env, TEMPORAL_ADDRESS: nobody };
    const calls = [['reindex', 'status'], ['reindex', 'cancel'], ['import', 'status', '--json'], ['setup']];
    const answers = await Promise.all(calls.map((call) => runBuildhub(call, env)));
    for (const { code, stdout, stderr } of answers) {
      expect(code).toBe(1);
      expect(`${stdout}${stderr}`).not.toMatch(/is running/);
      const [waits, fails, advice, ...more] = stderr.split('\n');
      expect(waits).toBe(`buildhub: Temporal at ${nobody} is not responding; trying for 10 s`);
      expect(fails).toBe(
        `buildhub: Temporal at ${nobody} cannot be reached (TEMPORAL_ADDRESS): connect ECONNREFUSED ${nobody}`,
      );
      expect(advice).toBe('  Start it, or set TEMPORAL_ADDRESS to its address.');
      expect(more).toEqual([]);
    }
  });

  test('a server that accepts connections and does not respond is named too', async () => {
    const { code, stderr } = await runBuildhub(['backfill', 'list'], {
      ...sandbox.env,
      TEMPORAL_ADDRESS: silentAddress,
    });
    expect(code).toBe(1);
    expect(stderr).toContain(`Temporal at ${silentAddress} is not responding; trying for 10 s`);
    expect(stderr).toContain(`Temporal at ${silentAddress} cannot be reached (TEMPORAL_ADDRESS): `);
  });
});

describe('without PostgreSQL', () => {
  const at = (address: string, name = 'builds') => ({
    ...sandbox.env,
    DATABASE_URL: `postgresql://somebody:hidden-word@${address}/${name}`,
  });

  test('a command names it, its address and its setting, and no password', async () => {
    for (const call of [['migrate'], ['setup'], ['failures', 'list']])
      expect(await runBuildhub(call, at(nobody))).toEqual({
        code: 1,
        stdout: '',
        stderr:
          `buildhub: PostgreSQL at ${nobody}/builds cannot be reached (DATABASE_URL): connect ECONNREFUSED ${nobody}\n` +
          '  Start it, or set DATABASE_URL to its address.',
      });
  });

  test('a server that accepts connections and does not respond is waited for, with a note', async () => {
    const { code, stderr } = await runBuildhub(['migrate'], at(silentAddress));
    expect(code).toBe(1);
    expect(stderr).toContain(`PostgreSQL at ${silentAddress}/builds is not responding; trying for 5 s`);
    expect(stderr).toContain(`PostgreSQL at ${silentAddress}/builds cannot be reached (DATABASE_URL): `);
    expect(stderr).not.toContain('hidden-word');
  });

  test('a server that refuses is told apart from one that is down', async () => {
    const url = new URL(sandbox.config.DATABASE_URL);
    url.pathname = '/no-such-database';
    const { code, stderr } = await runBuildhub(['migrate'], { ...sandbox.env, DATABASE_URL: url.href });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        `buildhub: PostgreSQL at ${url.host}/no-such-database refuses the connection (DATABASE_URL): ` +
        'database "no-such-database" does not exist\n  Correct DATABASE_URL, or try again once it accepts the connection.',
    });
  });
});
