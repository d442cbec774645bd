import { expect, it } from 'vitest';
import { formatInterval, parseInterval } from './interval.ts';

it.each([
  ['30m', 1_800_000],
  ['6h', 21_600_000],
  ['1d', 86_400_000],
  ['7d', 604_800_000],
])('%s is %d ms, and back', (text, milliseconds) => {
  expect(parseInterval(text)).toBe(milliseconds);
  expect(formatInterval(milliseconds)).toBe(text);
});

it.each(['', '6', 'h', '0h', '-1h', '1.5h', '6 h', '6s', '123456h', 'often'])('%j says nothing', (text) => {
  expect(parseInterval(text)).toBeUndefined();
});

it('tells what was set elsewhere too', () => {
  expect([5_400_000, 172_800_000, 10_000].map(formatInterval)).toEqual(['90m', '2d', '10s']);
});
