import { expect, test } from 'vitest';
import { percentile, spreadOf } from './spread.ts';

test('percentiles are figures that were measured', () => {
  const figures = Array.from({ length: 200 }, (_, index) => 200 - index);
  expect(percentile(figures, 50)).toBe(100);
  expect(percentile(figures, 99)).toBe(198);
  expect(percentile([7], 99)).toBe(7);
  expect(percentile([], 50)).toBeNaN();
});

test('the spread of figures in any order', () => {
  expect(spreadOf([3, 1, 10])).toEqual({ min: 1, median: 3, max: 10 });
  expect(spreadOf([])).toBeUndefined();
});
