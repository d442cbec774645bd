import { describe, expect, test } from 'vitest';
import { buildHash } from '../../schema/build/build-hash.ts';
import { parseJson } from '../../schema/json/parse-json.ts';
import { verifyHash } from './verify-hash.ts';

/** What Buildhub2 stored as the hash of a published text, next to what is read back from its jsonb column. */
function verdict(published: string, jsonb: string) {
  return verifyHash(parseJson(jsonb), buildHash(parseJson(published))).verdict;
}

describe('verifyHash', () => {
  test('knows the vector of the contract, whose number jsonb rewrites', () => {
    const jsonb = '{"build": {"number": 1000000000000000000000}, "download": {"size": 1.0}}';
    expect(verifyHash(parseJson(jsonb), 'v1:513b126263069554412545a2f4e6f5eb').verdict).toBe('rewritten');
  });

  test.each([
    ['a float', '{"a":1.0}', '{"a": 1.0}'],
    ['a float with more digits', '{"a":1.10}', '{"a": 1.10}'],
    ['a large integer', '{"a":9007199254740993}', '{"a": 9007199254740993}'],
    ['a small float', '{"a":1e-7}', '{"a": 0.0000001}'],
    ['text and order', '{"b":"\\u00e9","a":null}', '{"a": null, "b": "é"}'],
  ])('is equal for %s', (_, published, jsonb) => {
    expect(verdict(published, jsonb)).toBe('equal');
  });

  test.each([
    ['an exponent', '{"a":1E2}', '{"a": 100}'],
    ['an exponent next to an integer', '{"a":5e0,"b":5}', '{"a": 5, "b": 5}'],
    ['the second of two', '{"a":5,"b":5e0}', '{"a": 5, "b": 5}'],
    ['negative zero', '{"a":-0.0}', '{"a": 0.0}'],
    ['in a list', '{"a":[{"b":1.5e3}]}', '{"a": [{"b": 1500}]}'],
    ['more than a double holds', '{"a":1e400}', `{"a": 1${'0'.repeat(400)}}`],
    ['many', `[${'1e3,'.repeat(20)}2e3]`, `[${'1000, '.repeat(20)}2000]`],
  ])('is explained by how jsonb writes numbers for %s', (_, published, jsonb) => {
    expect(verdict(published, jsonb)).toBe('rewritten');
  });

  test.each([
    ['another value', '{"a":"x"}', '{"a": "y"}'],
    ['another number', '{"a":1e3}', '{"a": 1001}'],
    ['one of many', `[${'1e3,'.repeat(20)}2000]`, `[${'1000, '.repeat(20)}2000]`],
  ])('is different for %s', (_, published, jsonb) => {
    expect(verdict(published, jsonb)).toBe('different');
  });
});
