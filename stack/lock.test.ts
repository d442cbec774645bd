import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import getPort from 'get-port';
import { expect, onTestFinished, test } from 'vitest';
import { lockHolder, reservePort, takeLock } from './lock.ts';

test('a lock has one holder at a time, whose pid others can ask for', async () => {
  const name = randomUUID();
  const lock = await takeLock(name);
  expect(await takeLock(name)).toBeUndefined();
  expect(await lockHolder(name)).toBe(process.pid);
  lock?.release();
  expect(await lockHolder(name)).toBeUndefined();
  expect(await takeLock(name)).toBeDefined();
});

test('a lock is free as soon as its holder is killed', async () => {
  const name = randomUUID();
  const program = `const { takeLock } = await import('${import.meta.dirname}/lock.ts');
    await takeLock('${name}'); console.log('locked'); setInterval(() => undefined, 1000);`;
  const holder = spawn(process.execPath, ['--input-type=module', '--eval', program]);
  await once(holder.stdout, 'data');
  expect(await takeLock(name)).toBeUndefined();
  expect(await lockHolder(name)).toBe(holder.pid);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  expect(await takeLock(name)).toBeDefined();
});

test('a reserved port is the preferred one if that is free, and can be had again after its release', async () => {
  const wanted = await getPort();
  const [first, second] = [await reservePort(wanted), await reservePort(wanted)];
  expect(first.port).toBe(wanted);
  expect(second.port).not.toBe(wanted);
  for (const { release } of [first, second]) release();
  const again = await reservePort(wanted);
  expect(again.port).toBe(wanted);
  again.release();
});

test.each(['127.0.0.1', '0.0.0.0'])('a reserved port is another if something listens on %s', async (host) => {
  const wanted = await getPort();
  const server = createServer().listen(wanted, host);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port, release } = await reservePort(wanted);
  release();
  expect(port).not.toBe(wanted);
});
