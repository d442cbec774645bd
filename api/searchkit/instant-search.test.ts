import { expect, it } from 'vitest';
import { escapePattern, facetValuePattern } from './instant-search.ts';

it.each(['a.b*', '(?:x', '[a-z]{2}', '"q" #~@&<1-2>', '\\d\n/', 'ünï', '😀', '_-'])(
  'escapePattern keeps %j literal',
  (text) => {
    expect(new RegExp(`^${escapePattern(text)}$`).test(text)).toBe(true);
  },
);

it('facetValuePattern finds the text anywhere, in capitals or not', () => {
  expect(facetValuePattern(escapePattern('en-U'))).toBe('.*[eE][nN]\\-[uU].*');
  expect(facetValuePattern(escapePattern('1.0ß'))).toBe('.*1\\.0ß.*');
});
