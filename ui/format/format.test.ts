import { describe, expect, it, vi } from 'vitest';
import { formatAge, formatDate } from './date.ts';
import { formatBuilds, formatSeconds, formatSize } from './numbers.ts';

describe('formatSize', () => {
  it.each([
    [0, '0.0 MB'],
    [1023, '< 0.1 MB'],
    [64_508_395, '61.5 MB'],
    [63_963_136, '61.0 MB'],
    [5e12, '4,768,371.6 MB'],
  ])('%i bytes are %s', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text);
  });
});

describe('formatDate', () => {
  it.each([
    ['2019-06-03T20:49:46.559307+00:00', '2019-06-03 20:49 UTC'],
    ['2019-10-16T23:30:00-02:00', '2019-10-17 01:30 UTC'],
    ['2019-10-16', '2019-10-16 00:00 UTC'],
    ['yesterday', 'yesterday'],
    ['', ''],
  ])('%s is shown as %s', (published, text) => {
    expect(formatDate(published)).toBe(text);
  });

  it('reads a time without a zone as UTC, in every zone', () => {
    vi.stubEnv('TZ', 'America/New_York');
    expect(new Date('2018-11-02T10:21:26').getUTCHours()).toBe(14);
    expect(formatDate('2018-11-02T10:21:26')).toBe('2018-11-02 10:21 UTC');
    expect(formatDate('2018-11-02T10:21:26.559307')).toBe('2018-11-02 10:21 UTC');
  });
});

it('says how long ago', () => {
  const now = Date.parse('2026-11-24T12:00:00Z');
  expect(formatAge('2026-11-24T09:00:00Z', now)).toBe('3 hours ago');
  expect(formatAge('2024-11-20T09:00:00Z', now)).toBe('2 years ago');
  expect(formatAge('2026-11-26T12:00:00Z', now)).toBe('in 2 days');
  expect(formatAge('yesterday', now)).toBeUndefined();
});

it('counts builds', () => {
  expect(formatBuilds(1)).toBe('1 build');
  expect(formatBuilds(12_345)).toBe('12,345 builds');
});

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
