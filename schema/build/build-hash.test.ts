import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../json/canonical-json.ts';
import { parseJson } from '../json/parse-json.ts';
import { buildHash } from './build-hash.ts';

const NIGHTLY = `{"build":{"as":"/builds/worker/fetches/clang/bin/clang -std=gnu99","cc":"/builds/worker/fetches/clang/bin/clang -std=gnu99","cxx":"/builds/worker/fetches/clang/bin/clang++","date":"2019-10-30T09:44:07Z","host":"x86_64-pc-linux-gnu","id":"20191030094407","target":"x86_64-pc-linux-gnu"},
 "download":{"date":"2019-10-30T11:12:45.104337+00:00","mimetype":"application/octet-stream","size":67210443,"url":"https://archive.mozilla.org/pub/firefox/nightly/2019/10/2019-10-30-09-44-07-mozilla-central/firefox-72.0a1.en-US.linux-x86_64.tar.bz2"},
 "source":{"product":"firefox","repository":"https://hg.mozilla.org/mozilla-central","revision":"0e3e4c7b5a0b5f3c2e1d4a6b8c9d0e1f2a3b4c5d","tree":"mozilla-central"},
 "target":{"channel":"nightly","locale":"en-US","os":"linux","platform":"linux-x86_64","version":"72.0a1"}}`;

/** Computed with CPython: text, canonical text, hash. */
const SYNTHETIC = [
  ['{}', '{}', 'v1:99914b932bd37a50b983c5e7c90ae93b'],
  [
    '{"source":{"product":"firefox"},"target":{"version":"1.0","platform":"linux","locale":"en-US","channel":"nightly"},"download":{"url":"u","mimetype":"m","size":1,"date":"d"},"build":{}}',
    '{"build": {}, "download": {"date": "d", "mimetype": "m", "size": 1, "url": "u"}, "source": {"product": "firefox"}, "target": {"channel": "nightly", "locale": "en-US", "platform": "linux", "version": "1.0"}}',
    'v1:bd770459853bc20a5c683c973e4fa16f',
  ],
  [
    '{"download":{"size":1.0},"build":{"number":1e21}}',
    '{"build": {"number": 1e+21}, "download": {"size": 1.0}}',
    'v1:513b126263069554412545a2f4e6f5eb',
  ],
  [
    '{"n":9007199254740993,"big":123456789012345678901234567890,"neg":-9007199254740993}',
    '{"big": 123456789012345678901234567890, "n": 9007199254740993, "neg": -9007199254740993}',
    'v1:c3aaf8273f34d5ab4124b5e4287b242c',
  ],
  [
    '{"a":null,"b":{"c":null,"d":[null,{"e":null}],"f":{}},"t":true,"f":false,"z":[]}',
    '{"a": null, "b": {"c": null, "d": [null, {"e": null}], "f": {}}, "f": false, "t": true, "z": []}',
    'v1:58c838ce30ae6f53e1541d334b92fa7a',
  ],
  ['{"a":1,"a":2,"b":{"x":1},"b":{"y":2}}', '{"a": 2, "b": {"y": 2}}', 'v1:72cad7e6230a32c846f0ad88b4a0352d'],
] as const;

const SAMPLES = [
  ['devedition-61.0b4-macosx-ca', 'v1:465552ab2ea1b5039a086987b70c598c', 1108],
  ['firefox-70.0-win64', 'v1:0fb6ab83ce79fbd25768bf634560a028', 872],
  ['fennec-68.1-android-x86_64', 'v1:1301f20f89e294ac3d9829d4a22055b0', 983],
  ['firefox-68.0b7-linux-x86_64', 'v1:f290c45eabcf9d886fcf3dc26c9668dc', 870],
] as const;

describe('buildHash', () => {
  it.each(SYNTHETIC)('of %s', (text, canonical, hash) => {
    expect(canonicalJson(parseJson(text))).toBe(canonical);
    expect(buildHash(parseJson(text))).toBe(hash);
  });

  it.each(SAMPLES)('of the published file %s', (name, hash, length) => {
    const build = parseJson(readFileSync(new URL(`../samples/${name}.json`, import.meta.url), 'utf8'));
    expect(canonicalJson(build)).toHaveLength(length);
    expect(buildHash(build)).toBe(hash);
  });

  it('of the nightly example in the contract', () => {
    expect(canonicalJson(parseJson(NIGHTLY))).toHaveLength(850);
    expect(buildHash(parseJson(NIGHTLY))).toBe('v1:2e2e0ae7b0470ce49021bdc436e1cfa2');
  });
});
