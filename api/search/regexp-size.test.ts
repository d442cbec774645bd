import { expect, test } from 'vitest';
import { rangesAndRegexpsOf } from './query-string-terms.ts';
import { regexpSize } from './regexp-size.ts';

test.each([
  ['', 1],
  ['[0-9]+".0a1"', 26],
  ['(a|bc)d', 4],
  ['a{100}', 100],
  ['(ab){2,3}c', 7],
  ['((a{1,100}){1,100}){1,100}', 1_000_000],
  ['a{100}{100}', 10_000],
  ['((((a+)+)+)+)+', 32],
  ['a{100}&b{100}', 10_000],
  ['\\(a\\){9}', 11],
  ['[](]{9}', 9],
  ['[^()|]{5}', 5],
  ['"(a|b)"', 28],
  ['(a[])]b){9}', 27],
  ['a){9}', 9],
  ['((a{9}', 11],
  ['~(a{9})', 90],
  ['a{,9}', 9],
  ['a{2,}', 3],
  // An operator of nothing is a character.
  ['(a|)){9}', 18],
  ['(){9}', 9],
  ['+{1,100}{1,100}', 10_000],
  ['(|{9})', 9],
  ['a~{9}', 121],
  // Brackets in a class.
  ['[\\😀-]{9}', 9],
  ['[([](a{9}){9}]', 83],
  ['(a{9}[!-](]){9}', 90],
  // With `flags: "NONE"` these are characters.
  ['<((a{9}){9})>', 83],
  ['<10-99>', 28],
  ['(&&&){9}', 27],
])('the states of %s', (regexp, size) => {
  expect(regexpSize(regexp)).toBe(size);
});

test.each([
  ['/a/b/c/d', ['a', 'c']],
  ['target.version:/a b/', ['a b']],
  ['https:\\/\\/x\\/y', []],
  ['"/a/" /b/', ['b']],
  ['/a\\\\/b/ c', ['a\\\\/b']],
  ['/a', []],
  ['[a"b TO c] /d/ "x"', ['d']],
  ['{"a"b"c TO "/]"} /d/ "x"', ['d']],
  ['["a ]" TO /b/c/] /d/', ['d']],
])('the regular expressions of %s', (query, regexps) => {
  expect(rangesAndRegexpsOf(query).regexps).toEqual(regexps);
});
