import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { thrownBy } from '../tests/fixture/thrown-by.ts';
import { readBuilds } from './published-build.ts';
import { InvalidBuildError } from './validate-build.ts';

const release = readFileSync(new URL('samples/firefox-70.0-win64.json', import.meta.url), 'utf8');

/** A record of the first Buildhub, as its documentation has it (mozilla-services/buildhub, docs/api.rst), without what Kinto adds. */
const record = `{"target": {"platform": "macosx", "os": "mac", "version": "50.0b11", "channel": "beta", "locale": "el"},
  "build": {"id": "20161027110534", "date": "2016-10-27T11:05:34Z", "number": 2, "as": "$(CC)", "ld": "ldd",
    "cc": "/usr/bin/ccache gcc -std=gnu99", "cxx": "g++", "host": "x86_64-pc-linux-gnu", "target": "x86_64-pc-linux-gnu"},
  "source": {"tree": "releases/mozilla-beta", "product": "firefox", "revision": "829a3f99f2606759305e3db204185242566a4ca6",
    "repository": "https://hg.mozilla.org/releases/mozilla-beta"},
  "download": {"mimetype": "application/x-apple-diskimage", "date": "2016-10-28T00:56:42Z", "size": 86180614,
    "url": "https://archive.mozilla.org/pub/firefox/releases/50.0b11/mac/el/Firefox 50.0b11.dmg"}}`;

const errorOf = (text: string) => thrownBy(InvalidBuildError, () => readBuilds(text));

it('gives a Firefox release and its beta twin', () => {
  const builds = readBuilds(release);
  expect(builds.map(({ hash }) => hash)).toEqual([
    'v1:0fb6ab83ce79fbd25768bf634560a028',
    'v1:05d126393410706e52b4af23712038d5',
  ]);
  expect(builds.map(({ summary }) => summary)).toEqual(
    ['release', 'beta'].map((channel) => ({
      product: 'firefox',
      version: '70.0',
      channel,
      platform: 'win64',
      locale: 'en-US',
      buildId: '20191016161957',
    })),
  );
});

it.each([
  ['Firefox', 'release'],
  ['firefox', 'Release'],
  ['firefox', 'esr'],
  ['thunderbird', 'release'],
])('makes no twin of %s %s', (product, channel) => {
  const text = release.replace('"firefox"', `"${product}"`).replace('"release"', `"${channel}"`);
  expect(text).not.toBe(release);
  expect(readBuilds(text)).toHaveLength(1);
});

// The hashes are CPython's, by what Buildhub2 did.
it.each([
  ['a record of the first Buildhub', record, 'a448b7ebb04e5687010446606bc4ea14'],
  [
    'a size as an S3 inventory has it',
    record.replace('86180614', '2E+10'),
    'ff22e7888ca1f02c7c20530356ba4188',
  ],
])('takes %s', (_, text, hash) => {
  expect(readBuilds(text).map((build) => build.hash)).toEqual([`v1:${hash}`]);
});

it('keeps number tokens and the order of keys, in the twin too', () => {
  const text =
    '{"target":{"channel":"release","os":"win","platform":"p","version":"1","locale":"l"},"source":{"product":"firefox"},"build":{"number":1e1},"download":{"size":1.0,"url":"u","mimetype":"m","date":"2019"}}';
  const [first, beta] = readBuilds(text);
  expect(first?.text).toBe(text);
  expect(beta?.text).toBe(text.replace('"release"', '"beta"'));
  expect(first?.summary).not.toHaveProperty('buildId');
});

it('says in one message all that is wrong', () => {
  const { message } = errorOf('{"source":{},"target":{"os":"ios"},"download":{},"build":{"date":"x"}}');
  expect(message.split('; ')).toHaveLength(10);
});

it('keeps the message of a hopeless file short', () => {
  const junk = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`junk${index}`, index]));
  expect(errorOf(JSON.stringify(junk)).message.length).toBeLessThan(2000);
});

it.each([
  ['', '(text): not JSON: Unexpected end of JSON input'],
  ['{"build":NaN}', '(text): not JSON: Unexpected token \'N\', "{"build":NaN}" is not valid JSON'],
  ['{"a":'.repeat(1e6), '(text): not JSON: Unexpected end of JSON input'],
  ['['.repeat(1e6) + ']'.repeat(1e6), '(text): not JSON: Nested deeper than 100 levels'],
  ['[]', '(root): must be object, not []'],
])('refuses %.20s', (text, message) => {
  expect(errorOf(text).message).toBe(message);
});
