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

  test('knows the total of a list, or what is expected', () => {
    expect(measureBackfill(beginState({ ...plan, totalKeys: 4_000 }, 7), 0).total).toBe(4_000);
    expect(measureBackfill(beginState(plan, 7), 0).total).toBe(7);
  });

  test('weighs the files of an inventory by their size', () => {
    const file = (size: number): KeyRange => ({
      ...{ kind: 'inventory-file', bucket: 'b', key: 'k', columns: [], prefix: '', skip: 0, size },
    });
    const [small, large] = [file(100), file(900)];
    const state = countSlice(beginState({ ...plan, ranges: [small, large] }), { counts, denied: [] }, large);
    const { share, facts } = measureBackfill({ ...state, waiting: [] }, 1);
    expect(share).toBe(0.9);
    expect(facts).toContainEqual({ label: 'Inventory read', value: '90.0 %' });
    expect(facts).toContainEqual({ label: 'Ranges done', value: '1 of 2' });
  });

  test('names what access was denied to, and says that there is something to look at', () => {
    const denied = [{ key: 'a/buildhub.json', reason: 'S3 returns 403' }];
    const result = { counts: { ...counts, denied: 1 }, denied };
    const { facts, problem } = measureBackfill(countSlice(beginState(plan), result, range), 0);
    expect(facts).toContainEqual({ label: 'Access denied: a/buildhub.json', value: 'S3 returns 403' });
    expect(problem).toContain('1 objects');
  });
});
