import { describe, expect, test } from 'vitest';
import { noCounts } from '../../activities/backfill/backfill-counts.ts';
import type { KeyRange } from '../../activities/backfill/key-range.ts';
import { beginState, countSlice, measureBackfill } from './backfill.ts';

const range: KeyRange = { kind: 'listed-keys', prefix: '' };
const plan = { ranges: [range], startedAt: '2026-01-01T00:00:00Z' };
const counts = { ...noCounts, listed: 1_000, inserted: 10 };

describe('the state of a backfill', () => {
  test('adds up slices, and counts a range as done when nothing of it is left', () => {
    const once = countSlice(beginState(plan), { counts, denied: [], rest: range }, range);
    expect(once).toMatchObject({ rangesDone: 0, counts: { listed: 1_000 } });
    const twice = countSlice(once, { counts, denied: [] }, range);
    expect(twice).toMatchObject({ rangesDone: 1, counts: { listed: 2_000, inserted: 20 } });
    expect(measureBackfill(twice, 1)).toMatchObject({ done: 2_000, total: undefined, problem: undefined });
  });

  test('weighs the files of an inventory by their size', () => {
    const file = (size: number): KeyRange => ({
      ...{ kind: 'inventory-file', bucket: 'b', key: 'k', columns: [], prefix: '', skip: 0, size },
    });
    const [small, large] = [file(100), file(900)];
    const state = countSlice(beginState({ ...plan, ranges: [small, large] }), { counts, denied: [] }, large);
    const { share, facts } = measureBackfill({ ...state, waiting: [] }, 1);
    expect(share).toBe(0.9);
    expect(facts).toContainEqual({ label: 'Inventory read', value: '90.0%' });
    expect(facts).toContainEqual({ label: 'Ranges done', value: '1 of 2' });
  });
});
