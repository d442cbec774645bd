import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { keepBriefly } from './keep-briefly.ts';

it('asks once for those who ask at the same time, and again later', async () => {
  let asked = 0;
  const read = keepBriefly(30, async () => ++asked);
  expect(await Promise.all([read(), read()])).toEqual([1, 1]);
  expect(await read()).toBe(1);
  await sleep(60);
  expect(await read()).toBe(2);
});

it('keeps no failure', async () => {
  let asked = 0;
  const read = keepBriefly(1_000, async () => {
    asked += 1;
    if (asked === 1) throw new Error('away');
    return asked;
  });
  await expect(read()).rejects.toThrow('away');
  expect(await read()).toBe(2);
});
