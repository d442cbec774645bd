import { expect, it } from 'vitest';
import { formatSeconds } from './durations.ts';

it.each([
  [0, '0 s'],
  [0.44, '0.4 s'],
  [59.6, '1 min'],
  [185, '3 min 5 s'],
  [7_800, '2 h 10 min'],
  [86_400, '1 d'],
  [356_400, '4 d 3 h'],
])('%d seconds are %s', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});
