import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sliceClock } from './backfill-range.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const page = { listed: 0, objects: [] };

async function* after(milliseconds: number) {
  vi.advanceTimersByTime(milliseconds);
  yield page;
  yield page;
}

test('a slice lasts its seconds from its first page on', async () => {
  const clock = sliceClock(5);
  const pages = clock.startWith(after(3_000));
  await pages.next();
  vi.advanceTimersByTime(4_999);
  expect(clock.isOver()).toBe(false);
  await pages.next();
  vi.advanceTimersByTime(1);
  expect(clock.isOver()).toBe(true);
});

test('one that waited long for its first page lasts as long again', async () => {
  const clock = sliceClock(5);
  await clock.startWith(after(60_000)).next();
  vi.advanceTimersByTime(59_999);
  expect(clock.isOver()).toBe(false);
  vi.advanceTimersByTime(1);
  expect(clock.isOver()).toBe(true);
});

test('before the first page no slice is over', () => {
  const clock = sliceClock(5);
  vi.advanceTimersByTime(1_000_000);
  expect(clock.isOver()).toBe(false);
});
