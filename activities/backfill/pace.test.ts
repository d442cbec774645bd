import { expect, test, vi } from 'vitest';
import { createPace } from './pace.ts';

test('lets callers pass at an even rate, however many wait', async () => {
  const began = performance.now();
  const pace = createPace(100);
  const passed = await Promise.all(
    Array.from({ length: 30 }, async () => {
      await pace();
      return performance.now() - began;
    }),
  );
  // Timers are good to some milliseconds. How much later than that somebody passes is up to the machine.
  for (const [turn, milliseconds] of passed.entries())
    expect(milliseconds).toBeGreaterThanOrEqual(turn * 10 - 5);
});

test('without a limit nobody waits', async () => {
  vi.useFakeTimers();
  const pace = createPace(undefined);
  await Promise.all(Array.from({ length: 1_000 }, pace));
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});
