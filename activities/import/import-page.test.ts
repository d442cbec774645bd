import { describe, expect, test } from 'vitest';
import { buildHash } from '../../schema/build-hash.ts';
import { parseLossless } from '../../schema/lossless-json.ts';
import { verifyHash } from './import-page.ts';

/** What Buildhub2 stored as the hash of published numbers, next to what is read back from its jsonb column. */
function verdict(published: string, jsonb: string) {
  const build = (numbers: string) => {
    const [number, size] = numbers.split(' ');
    return parseLossless(`{"build": {"number": ${number}}, "download": {"size": ${size}, "url": "é"}}`);
  };
  return verifyHash(build(jsonb), buildHash(build(published))).verdict;
}

describe('verifyHash', () => {
  test('knows the vector of the contract, whose number jsonb rewrites', () => {
    const jsonb = '{"build": {"number": 1000000000000000000000}, "download": {"size": 1.0}}';
    expect(verifyHash(parseLossless(jsonb), 'v1:513b126263069554412545a2f4e6f5eb').verdict).toBe('rewritten');
  });

  test.each([
    ['integers', '1 2', '1 2', 'equal'],
    ['a float', '1.0 2', '1.0 2', 'equal'],
    ['a float with more digits', '1.10 2', '1.10 2', 'equal'],
    ['a large integer', '1 9007199254740993', '1 9007199254740993', 'equal'],
    ['an exponent', '1E2 2', '100 2', 'rewritten'],
    ['an exponent next to an integer', '5e0 5', '5 5', 'rewritten'],
    ['the second of two', '5 5e0', '5 5', 'rewritten'],
    ['both', '5e0 5e0', '5 5', 'rewritten'],
    ['negative zero', '-0.0 1', '0.0 1', 'rewritten'],
    ['another number', '1e3 2', '1001 2', 'different'],
  ])('%s', (_, published, jsonb, expected) => {
    expect(verdict(published, jsonb)).toBe(expected);
  });
});
