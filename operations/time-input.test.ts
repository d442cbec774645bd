import { describe, expect, it, test, vi } from 'vitest';
import { duration, endOf, formatDuration, moment, parseDuration, startOf } from './time-input.ts';

test.each([
  ['30m', 1_800_000],
  ['6h', 21_600_000],
  ['7d', 604_800_000],
])('%s is %d ms, and back', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
  expect(formatDuration(milliseconds)).toBe(text);
});

test.each(['', '6', 'h', '0h', '-1h', '1.5h', '6 h', ' 6h', '6h\n', '6s', '6H', '٦h', 'often'])(
  '%j is not a time span',
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
    expect(duration.safeParse(text).error?.issues[0]?.message).toContain('such as 30m, 6h or 1d');
  },
);

test('a span that was set elsewhere is written too', () => {
  expect([5_400_000, 172_800_000, 10_000].map(formatDuration)).toEqual(['90m', '2d', '10s']);
});

describe('a moment', () => {
  it.each([
    ['2026-01-31', '2026-01-31T00:00:00.000Z', '2026-01-31T23:59:59.999Z'],
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00.5+02:00', '2026-01-31T10:00:00.500Z', '2026-01-31T10:00:00.500Z'],
  ])('%s is from %s to %s in every zone', (text, start, end) => {
    for (const other of ['UTC', 'America/Los_Angeles', 'Asia/Kathmandu']) {
      vi.stubEnv('TZ', other);
      const read = moment.parse(text);
      expect(startOf(read).toISOString()).toBe(start);
      expect(endOf(read).toISOString()).toBe(end);
    }
  });

  it('is also a time span before now', () => {
    expect(Math.abs(Date.now() - startOf(moment.parse('90m')).getTime() - 5_400_000)).toBeLessThan(1_000);
    expect(endOf('90m').getTime() - startOf('90m').getTime()).toBeLessThan(1_000);
  });

  it.each([
    ...['', '7', 'x 3', '2026', '2026-02', '2026-02-30', '2025-02-29', '2026-13-01', '26-01-31', '0d', '7 d'],
    ...[
      'yesterday',
      '31 January',
      '12/31/2026',
      '2026-01-31T12:00:00',
      '2026-01-31 12:00',
      '2026-01-31T24:00Z',
    ],
    ...['2026-01-31T12:00:00 02:00', '2026-01-31T12:00:00+2', '0000-01-01', '9999-12-31', '+010000-01-01'],
    ...['2026-01-31Z', '2026-01-31\n', ' 2026-01-31', '0001-01-01T00:00:00+14:00', '1767225600', '1e9'],
  ])('%j is refused, with the forms', (text) => {
    const { error } = moment.safeParse(text);
    expect(error?.issues[0]?.message).toContain('must be a date (2026-01-31), a time with its zone');
  });
});
