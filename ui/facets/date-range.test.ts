import { describe, expect, it } from 'vitest';
import { describeRange, formatRange, fromRefinement, parseRange, toRefinement } from './date-range.ts';

const january = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 1, 1) - 1 };
const morning = { from: Date.UTC(2026, 0, 1, 6), to: Date.UTC(2026, 0, 1, 9) - 1 };

describe('a range in the address', () => {
  it.each([
    ['2026-01-01..2026-01-31', january],
    ['2026-01-01T06:00Z..2026-01-01T09:00Z', morning],
    ['2026-01-01..', { from: january.from }],
    ['..2026-01-31', { to: january.to }],
  ])('%s is read and written', (text, range) => {
    expect(parseRange(text)).toEqual(range);
    expect(formatRange(range)).toBe(text);
  });

  it.each(['', '..', '2026-01-01', 'x..y', '2026-13-01..', '2026-01-01..2026-01-02..', '1..2'])(
    '%j is not a range',
    (text) => {
      expect(parseRange(text)).toBeUndefined();
    },
  );
});

describe('a range of InstantSearch', () => {
  it.each([january, morning, { from: -5 }, { to: 7 }, {}])('%j is kept', (range) => {
    expect(fromRefinement(toRefinement(range))).toEqual(range);
  });
});

it('reads well', () => {
  expect(describeRange(january)).toBe('2026-01-01 to 2026-01-31');
  expect(describeRange({ from: january.from, to: january.from + 86_399_999 })).toBe('2026-01-01');
  expect(describeRange(morning)).toBe('2026-01-01 06:00 UTC to 2026-01-01 09:00 UTC');
  expect(describeRange({ from: january.from })).toBe('since 2026-01-01');
  expect(describeRange({ to: january.to })).toBe('until 2026-01-31');
});
