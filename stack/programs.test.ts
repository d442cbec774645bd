import { describe, expect, test } from 'vitest';
import { isAtLeast, parseVersion } from './programs.ts';
import { parseServerVersion } from './services/temporal.ts';

describe('versions', () => {
  test.each([
    ['postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)', [15, 18]],
    ['postgres (PostgreSQL) 18beta1', [18]],
    ['javac 25.0.3', [25, 0, 3]],
    ['javac 21', [21]],
    ['javac 22-ea', [22]],
    ['Version: 9.5.3, Build: tar/a1b2/2026-01-01T00:00:00Z, JVM: 25', [9, 5, 3]],
    ['Python 3.11.7', [3, 11, 7]],
    ['no number', undefined],
  ])('of "%s"', (text, version) => {
    expect(parseVersion(text)).toEqual(version);
  });

  test.each([
    ['temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)', [1, 29, 1]],
    ['temporal version 0.0.0-DEV (Server 1.29.1, UI 2.42.1)', [1, 29, 1]],
    ['temporal version 1.0.0', undefined],
  ])('of the server in "%s"', (text, version) => {
    expect(parseServerVersion(text)).toEqual(version);
  });

  test('are compared number by number', () => {
    expect(isAtLeast([15, 18], [15])).toBe(true);
    expect(isAtLeast([15], [15, 0])).toBe(true);
    expect(isAtLeast([9, 5, 3], [10])).toBe(false);
    expect(isAtLeast([3, 9], [3, 10])).toBe(false);
    expect(isAtLeast([3, 10], [3, 10])).toBe(true);
    expect(isAtLeast([4], [3, 10])).toBe(true);
  });
});
