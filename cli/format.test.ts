import { expect, test } from 'vitest';
import { formatRate } from './format.ts';

test.each([
  [0, '0'],
  [0.1, '0.1'],
  [0.5, '0.5'],
  [1, '1'],
  [9.96, '10'],
  [12.4, '12'],
  [20_962.3, '20,962'],
])('a limit or speed of %s per second is told as %s', (perSecond, text) => {
  expect(formatRate(perSecond)).toBe(text);
});
