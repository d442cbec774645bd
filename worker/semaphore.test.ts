import { expect, test } from 'vitest';
import { Semaphore } from './semaphore.ts';

test('takes what is free, up to what is wanted, and waits if nothing is', async () => {
  const semaphore = new Semaphore(12);
  expect(await semaphore.acquire(10)).toBe(10);
  expect(await semaphore.acquire(10)).toBe(2);
  let third: number | undefined;
  const waiting = semaphore.acquire(10).then((count) => {
    third = count;
  });
  await Promise.resolve();
  expect(third).toBeUndefined();
  semaphore.release(3);
  await waiting;
  expect(third).toBe(3);
});

test('two that wait share what becomes free', async () => {
  const semaphore = new Semaphore(1);
  await semaphore.acquire(1);
  const got: number[] = [];
  const waiting = [1, 2].map(async () => void got.push(await semaphore.acquire(1)));
  semaphore.release(1);
  await Promise.race(waiting);
  expect(got).toEqual([1]);
  semaphore.release(1);
  await Promise.all(waiting);
  expect(got).toEqual([1, 1]);
});

test('is idle once every permit is back', async () => {
  const semaphore = new Semaphore(2);
  await semaphore.idle();
  await semaphore.acquire(2);
  let isIdle = false;
  const waiting = semaphore.idle().then(() => {
    isIdle = true;
  });
  semaphore.release(1);
  await Promise.resolve();
  expect(isIdle).toBe(false);
  semaphore.release(1);
  await waiting;
  expect(isIdle).toBe(true);
});
