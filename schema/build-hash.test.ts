import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { buildHash, canonicalJson } from './build-hash.ts';
import { parseLossless } from './lossless-json.ts';

const nightly = `{"build":{"as":"/builds/worker/fetches/clang/bin/clang -std=gnu99","cc":"/builds/worker/fetches/clang/bin/clang -std=gnu99","cxx":"/builds/worker/fetches/clang/bin/clang++","date":"2019-10-30T09:44:07Z","host":"x86_64-pc-linux-gnu","id":"20191030094407","target":"x86_64-pc-linux-gnu"},
 "download":{"date":"2019-10-30T11:12:45.104337+00:00","mimetype":"application/octet-stream","size":67210443,"url":"https://archive.mozilla.org/pub/firefox/nightly/2019/10/2019-10-30-09-44-07-mozilla-central/firefox-72.0a1.en-US.linux-x86_64.tar.bz2"},
 "source":{"product":"firefox","repository":"https://hg.mozilla.org/mozilla-central","revision":"0e3e4c7b5a0b5f3c2e1d4a6b8c9d0e1f2a3b4c5d","tree":"mozilla-central"},
 "target":{"channel":"nightly","locale":"en-US","os":"linux","platform":"linux-x86_64","version":"72.0a1"}}`;

const sample = (name: string) => readFileSync(new URL(`samples/${name}.json`, import.meta.url), 'utf8');

// The right column is what CPython writes.
it.each([
  ['{"a":1,"a":2,"b":{"x":1},"b":{"y":2}}', '{"a": 2, "b": {"y": 2}}'],
  ['[0,-0,-0.0,0.0,7,-7]', '[0, 0, -0.0, 0.0, 7, -7]'],
  ['[1.0,1.50,1e0,1E2,100e-2,-1.5e3]', '[1.0, 1.5, 1.0, 100.0, 1.0, -1500.0]'],
  ['[1e15,1e16,1e21,123456789.125e9]', '[1000000000000000.0, 1e+16, 1e+21, 1.23456789125e+17]'],
  ['[0.0001,0.00001,1e-7,1.25e-10,5e-324]', '[0.0001, 1e-05, 1e-07, 1.25e-10, 5e-324]'],
  ['[1e-400,0.1000000000000000055511151231257827]', '[0.0, 0.1]'],
  ['[9007199254740993.0,1.7976931348623157e308]', '[9007199254740992.0, 1.7976931348623157e+308]'],
  ['[9007199254740993,1000000000000000]', '[9007199254740993, 1000000000000000]'],
  ['"\\/\\b\\f\\n\\r\\t\\"\\\\\\u0000\\u001f\u007f"', '"/\\b\\f\\n\\r\\t\\"\\\\\\u0000\\u001f\\u007f"'],
  ['"é\u2028😀\\ud800"', '"\\u00e9\\u2028\\ud83d\\ude00\\ud800"'],
  ['[true,false,null,[],{}]', '[true, false, null, [], {}]'],
])('the canonical text of %s', (text, canonical) => {
  expect(canonicalJson(parseLossless(text))).toBe(canonical);
});

it('sorts keys by code point at every level and leaves lists alone', () => {
  const text = '{"😀":1,"\uffff":2,"b":{"z":1,"a":2},"a":[3,1,2],"10":4,"9":5,"__proto__":1.0}';
  expect(canonicalJson(parseLossless(text))).toBe(
    '{"10": 4, "9": 5, "__proto__": 1.0, "a": [3, 1, 2], "b": {"a": 2, "z": 1}, "\\uffff": 2, "\\ud83d\\ude00": 1}',
  );
});

it.each([
  ['devedition-61.0b4-macosx-ca', sample('devedition-61.0b4-macosx-ca'), '465552ab2ea1b5039a086987b70c598c'],
  ['firefox-70.0-win64', sample('firefox-70.0-win64'), '0fb6ab83ce79fbd25768bf634560a028'],
  ['fennec-68.1-android', sample('fennec-68.1-android-x86_64'), '1301f20f89e294ac3d9829d4a22055b0'],
  ['firefox-68.0b7-linux', sample('firefox-68.0b7-linux-x86_64'), 'f290c45eabcf9d886fcf3dc26c9668dc'],
  ['the nightly of the contract', nightly, '2e2e0ae7b0470ce49021bdc436e1cfa2'],
  ['other numbers', '{"download":{"size":1.0},"build":{"number":1e21}}', '513b126263069554412545a2f4e6f5eb'],
])('the hash of Buildhub2 of %s', (_, text, hash) => {
  expect(buildHash(parseLossless(text))).toBe(`v1:${hash}`);
});
