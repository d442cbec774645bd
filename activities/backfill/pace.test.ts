import { expect, test } from 'vitest';
import { createPace } from './pace.ts';

test('lets callers pass at an even rate, however many wait', async () => {
  const pace = createPace(100);
  const began = performance.now();
  await Promise.all(Array.from({ length: 30 }, pace));
  const milliseconds = performance.now() - began;
  expect(milliseconds).toBeGreaterThanOrEqual(285);
  expect(milliseconds).toBeLessThan(1_000);
});

test('without a limit nobody waits', async () => {
  const pace = createPace(undefined);
  const began = performance.now();
  await Promise.all(Array.from({ length: 1_000 }, pace));
  expect(performance.now() - began).toBeLessThan(200);
});
