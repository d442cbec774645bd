import { expect, it } from 'vitest';
import { barLabel, labelledBars } from './histogram.tsx';

it('names a bar as finely as the bars are', () => {
  const start = Date.UTC(2026, 2, 2, 6);
  expect(barLabel(start, '3 hours')).toBe('2026-03-02 06:00 UTC');
  expect(barLabel(start, 'week')).toBe('2026-03-02');
  expect(barLabel(start, 'quarter')).toBe('2026-03');
  expect(barLabel(start, '5 years')).toBe('2026');
  expect(barLabel(Date.UTC(-1, 0, 1), 'century')).toBe('-000001');
});

it('spreads labels evenly', () => {
  expect(labelledBars(5, 6)).toEqual([0, 1, 2, 3, 4]);
  expect(labelledBars(100, 6)).toEqual([0, 17, 34, 51, 68, 85]);
  expect(labelledBars(0, 6)).toEqual([]);
});
