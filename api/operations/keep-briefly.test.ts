import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { keepBriefly, keepEachBriefly } from './keep-briefly.ts';

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

it('keeps the answers to different questions apart, and forgets them', async () => {
  const asked: number[] = [];
  const read = keepEachBriefly(30, async ({ of }: { of: number }) => {
    asked.push(of);
    if (of < 0) throw new Error('no answer');
    return of * 10;
  });
  expect(await Promise.all([read({ of: 1 }), read({ of: 2 }), read({ of: 1 })])).toEqual([10, 20, 10]);
  expect(asked).toEqual([1, 2]);
  await expect(read({ of: -1 })).rejects.toThrow('no answer');
  await expect(read({ of: -1 })).rejects.toThrow('no answer');
  await sleep(60);
  expect(await read({ of: 1 })).toBe(10);
  expect(asked).toEqual([1, 2, -1, -1, 1]);
});
