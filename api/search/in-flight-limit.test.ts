import { expect, it } from 'vitest';
import { InFlightLimit } from './in-flight-limit.ts';

it('refuses what is beyond the limit at once, and makes room when something ends, however it ends', async () => {
  const running: number[] = [];
  const limit = new InFlightLimit(2, (count) => running.push(count));
  const first = Promise.withResolvers<string>();
  const second = Promise.withResolvers<string>();
  const work = [limit.run(() => first.promise), limit.run(() => second.promise)];
  await expect(limit.run(async () => 'x')).rejects.toMatchObject({
    status: 503,
    headers: { 'Retry-After': '1' },
    kind: 'busy',
  });
  first.resolve('done');
  expect(await work[0]).toBe('done');
  expect(await limit.run(async () => 'third')).toBe('third');
  second.reject(new Error('broken'));
  await expect(work[1]).rejects.toThrow('broken');
  expect(running).toEqual([1, 2, 1, 2, 1, 0]);
});
