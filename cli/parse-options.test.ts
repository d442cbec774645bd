import { describe, expect, test } from 'vitest';
import { formatDuration, formatTable } from './format.ts';
import { progressBar } from './live-line.ts';
import { parseConcurrency, parseRate, parseS3Address, parseSince } from './parse-options.ts';

describe('options of commands', () => {
  test('a moment is a date or how long ago it was', () => {
    expect(parseSince('2026-01-31')).toBe('2026-01-31T00:00:00.000Z');
    const before = Date.now();
    const moment = Date.parse(parseSince('90m'));
    expect(moment).toBeGreaterThanOrEqual(before - 5_400_000);
    expect(moment).toBeLessThanOrEqual(Date.now() - 5_400_000);
    expect(() => parseSince('yesterday')).toThrow(/It must be a date/);
  });

  test('rates, counts and addresses that make no sense are refused', () => {
    expect(parseRate('0.5')).toBe(0.5);
    for (const text of ['0', '-1', 'x', '', 'Infinity']) expect(() => parseRate(text)).toThrow(/above 0/);
    expect(parseConcurrency('12')).toBe(12);
    for (const text of ['0', '100', '1.5', 'x']) expect(() => parseConcurrency(text)).toThrow(/1 to 99/);
    expect(parseS3Address('s3://b/a/manifest.json')).toEqual({ bucket: 'b', key: 'a/manifest.json' });
    for (const text of ['b/k', 's3://b', 's3:///k', 'https://b/k'])
      expect(() => parseS3Address(text)).toThrow(/s3:/);
  });
});

describe('what commands show', () => {
  test('tables: numbers to the right, no blanks at the end', () => {
    expect(
      formatTable(
        ['objects', 'reason'],
        [
          [1_234, 'a'],
          [5, 'longer'],
        ],
      ),
    ).toBe('objects  reason\n  1,234  a\n      5  longer');
  });

  test('durations and bars', () => {
    expect([45, 600, 11_100].map(formatDuration)).toEqual(['45 s', '10 min', '3 h 05 min']);
    expect(progressBar(0.4, 10)).toBe('[####------]  40.0 % ');
    expect(progressBar(undefined)).toBe('');
  });
});
