import { describe, expect, test } from 'vitest';
import { noCounts } from '../activities/backfill/backfill-counts.ts';
import type { KeyRange } from '../activities/backfill/key-range.ts';
import { progressOf } from './backfill-progress.ts';
import { beginState, countSlice, ratesOf } from './backfill-state.ts';

const range: KeyRange = { kind: 'listed-keys', prefix: '' };
const start = 1_000_000;
const plan = { ranges: [range], startedAt: '2026-01-01T00:00:00Z' };
const counts = { ...noCounts, listed: 1_000, inserted: 10 };

describe('the state of a backfill', () => {
  test('adds up slices, and counts a range as done when nothing of it is left', () => {
    const begun = beginState(plan, start, { isPaused: false });
    const once = countSlice(begun, { counts, rest: range }, range, start + 1_000);
    expect(once).toMatchObject({ rangesDone: 0, counts: { listed: 1_000 } });
    const twice = countSlice(once, { counts }, range, start + 2_000);
    expect(twice).toMatchObject({ rangesDone: 1, counts: { listed: 2_000, inserted: 20 } });
    expect(ratesOf(twice, start + 2_000)).toMatchObject({ keysPerSecond: 1_000, buildsPerSecond: 10 });
  });

  test('tells rates of the last two minutes only, and keeps no more samples than that', () => {
    let state = beginState(plan, start, { isPaused: false });
    for (let second = 1; second <= 600; second++) {
      const listed = second <= 400 ? 100 : 50;
      state = countSlice(
        state,
        { counts: { ...noCounts, listed }, rest: range },
        range,
        start + second * 1_000,
      );
    }
    expect(ratesOf(state, start + 600_000).keysPerSecond).toBeCloseTo(50, 0);
    expect(state.samples.length).toBeLessThanOrEqual(123);
  });

  test('knows a percentage and the time left where the number of keys is known', () => {
    const begun = beginState({ ...plan, totalKeys: 4_000 }, start, { isPaused: false });
    const state = countSlice(begun, { counts, rest: range }, range, start + 10_000);
    expect(ratesOf(state, start + 10_000)).toMatchObject({ share: 0.25, secondsLeft: 30 });
    expect(ratesOf(beginState(plan, start, { isPaused: false }), start)).not.toHaveProperty('share');
  });

  test('weighs the files of an inventory by their size', () => {
    const file = (size: number): KeyRange => ({
      kind: 'inventory-file',
      bucket: 'b',
      key: 'k',
      columns: [],
      prefix: '',
      skip: 0,
      size,
    });
    const [small, large] = [file(100), file(900)];
    const begun = beginState({ ...plan, ranges: [small, large] }, start, { isPaused: false });
    const state = countSlice(begun, { counts }, large, start + 9_000);
    expect(ratesOf(state, start + 9_000)).toMatchObject({ share: 0.9, secondsLeft: expect.closeTo(1) });
  });

  test('is put together for those who ask', () => {
    const state = beginState(plan, start, { isPaused: false, objectsPerSecond: 5 });
    expect(progressOf('running', { bucket: 'b', dryRun: false }, state, 1, start + 3_000)).toMatchObject({
      phase: 'running',
      seconds: 3,
      ranges: { done: 0, running: 1, waiting: 1 },
      objectsPerSecond: 5,
    });
  });
});
