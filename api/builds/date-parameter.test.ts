import { describe, expect, it } from 'vitest';
import { dateParameter, endOf, startOf } from './build-reference.ts';

describe('dateParameter', () => {
  it.each([
    ['2026-01-31', '2026-01-31T00:00:00.000Z', '2026-01-31T23:59:59.999Z'],
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00.5+02:00', '2026-01-31T10:00:00.500Z', '2026-01-31T10:00:00.500Z'],
  ])('%s is from %s to %s', (text, start, end) => {
    const read = dateParameter.parse(text);
    expect(startOf(read).toISOString()).toBe(start);
    expect(endOf(read).toISOString()).toBe(end);
  });

  it.each([
    '2026',
    '2026-02-30',
    'yesterday',
    '2026-01-31T12:00:00',
    '12/31/2026',
    '2026-01-31T12:00:00 02:00',
  ])('refuses %s', (text) => {
    expect(dateParameter.safeParse(text).error?.issues[0]?.message).toContain('must be a date');
  });
});
