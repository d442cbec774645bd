import { setTimeout as sleep, setImmediate as tick } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createPace } from './pace.ts';

/** What is over first. Timers go off in the order in which they are due, however long the machine holds them up. */
async function firstOf(paced: Promise<unknown>, other: Promise<unknown>): Promise<string> {
  const first = await Promise.race([paced.then(() => 'paced'), other.then(() => 'other')]);
  await Promise.all([paced, other]);
  return first;
}

test('lets callers pass at an even rate, however many wait', async () => {
  const began = performance.now();
  const pace = createPace(100);
  const passed = Promise.all(
    Array.from({ length: 30 }, async () => {
      await pace();
      return performance.now() - began;
    }),
  );
  expect(await firstOf(passed, sleep(1_000))).toBe('paced');
  for (const [turn, milliseconds] of (await passed).entries())
    expect(milliseconds).toBeGreaterThanOrEqual(turn * 10 - 5);
});

test('without a limit nobody waits', async () => {
  const pace = createPace(undefined);
  const passed = Promise.all(Array.from({ length: 1_000 }, pace));
  expect(await firstOf(passed, tick())).toBe('paced');
});
