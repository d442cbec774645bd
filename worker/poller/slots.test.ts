import { expect, test } from 'vitest';
import { Slots } from './slots.ts';

test('reserves what is free, up to what is wanted, and waits where nothing is', async () => {
  const slots = new Slots(12);
  expect(await slots.reserve(10)).toBe(10);
  expect(await slots.reserve(10)).toBe(2);
  let third: number | undefined;
  const waiting = slots.reserve(10).then((count) => {
    third = count;
  });
  await Promise.resolve();
  expect(third).toBeUndefined();
  slots.release(3);
  await waiting;
  expect(third).toBe(3);
  expect(slots.taken).toBe(12);
});

test('several that wait share what becomes free', async () => {
  const slots = new Slots(1);
  await slots.reserve(1);
  const waiting = [slots.reserve(1), slots.reserve(1)];
  slots.release(1);
  await Promise.race(waiting);
  expect(slots.taken).toBe(1);
  slots.release(1);
  expect(await Promise.all(waiting)).toEqual([1, 1]);
});

test('tells when all are free again', async () => {
  const slots = new Slots(2);
  await slots.empty();
  await slots.reserve(2);
  let isEmpty = false;
  const waiting = slots.empty().then(() => {
    isEmpty = true;
  });
  slots.release(1);
  await Promise.resolve();
  expect(isEmpty).toBe(false);
  slots.release(1);
  await waiting;
  expect(isEmpty).toBe(true);
});
