import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../json/parse-json.ts';
import { buildHash } from './build-hash.ts';
import { InvalidBuildError } from './invalid-build-error.ts';
import { readBuilds } from './published-build.ts';

function sample(name: string): string {
  return readFileSync(new URL(`../samples/${name}.json`, import.meta.url), 'utf8');
}

function errorOf(text: string): InvalidBuildError {
  try {
    readBuilds(text);
  } catch (error) {
    if (error instanceof InvalidBuildError) return error;
  }
  throw new Error('readBuilds should have refused the text');
}

describe('readBuilds', () => {
  it('gives a Firefox release and its beta twin', () => {
    const builds = readBuilds(sample('firefox-70.0-win64'));
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
    const [release, beta] = builds.map(({ text }) => JSON.parse(text));
    expect(beta).toEqual({ ...release, target: { ...release.target, channel: 'beta' } });
  });

  it.each([
    ['fennec-68.1-android-x86_64', 'v1:1301f20f89e294ac3d9829d4a22055b0'],
    ['devedition-61.0b4-macosx-ca', 'v1:465552ab2ea1b5039a086987b70c598c'],
    ['firefox-68.0b7-linux-x86_64', 'v1:f290c45eabcf9d886fcf3dc26c9668dc'],
  ])('gives one build for %s', (name, hash) => {
    expect(readBuilds(sample(name)).map((build) => build.hash)).toEqual([hash]);
  });

  it.each([
    ['Firefox', 'release'],
    ['firefox', 'Release'],
    ['firefox', 'esr'],
    ['thunderbird', 'release'],
  ])('makes no twin of %s %s', (product, channel) => {
    const text = sample('firefox-70.0-win64')
      .replace('"firefox"', `"${product}"`)
      .replace('"release"', `"${channel}"`);
    expect(text).not.toBe(sample('firefox-70.0-win64'));
    expect(readBuilds(text)).toHaveLength(1);
  });

  it('keeps the text of a date that only Buildhub2 could read, in the hash too', () => {
    const text = sample('firefox-68.0b7-linux-x86_64').replace('2019-06-03T18:14:08Z', '2019-06-03 18:14:08');
    const [build] = readBuilds(text);
    expect(build?.hash).toBe('v1:cd5131aac75b6390d333a7bdb8e99cb4');
    expect(build?.text).toContain('"date":"2019-06-03 18:14:08"');
  });

  it('keeps number tokens and the order of keys, in the twin too', () => {
    const text =
      '{"target":{"channel":"release","os":"win","platform":"p","version":"1","locale":"l"},"source":{"product":"firefox"},"build":{"number":1e1},"download":{"size":1.0,"url":"u","mimetype":"m","date":"2019"}}';
    const [release, beta] = readBuilds(text);
    expect(release?.text).toBe(text);
    expect(beta?.text).toBe(text.replace('"release"', '"beta"'));
    expect(release?.summary).not.toHaveProperty('buildId');
  });

  it('hashes what it stores', () => {
    for (const { text, hash } of readBuilds(sample('firefox-70.0-win64'))) {
      expect(buildHash(parseJson(text))).toBe(hash);
    }
  });

  it('gives plain data that survives a payload', () => {
    const builds = readBuilds(sample('firefox-70.0-win64'));
    expect(JSON.parse(JSON.stringify(builds))).toStrictEqual(builds);
  });

  it('says in one message all that is wrong', () => {
    const error = errorOf('{"source":{},"target":{"os":"ios"},"download":{},"build":{"date":"x"}}');
    expect(error.problems.length).toBe(11);
    for (const { message } of error.problems) expect(error.message).toContain(message);
  });

  it('keeps the message of a hopeless file short', () => {
    const junk = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`junk${index}`, index]));
    expect(errorOf(JSON.stringify(junk)).message.length).toBeLessThan(2000);
  });

  it.each([
    ['', '(text): not JSON: Expecting value: line 1 column 1 (char 0)'],
    ['{"build":', '(text): not JSON: Expecting value: line 1 column 10 (char 9)'],
    ['[]', "(root): [] is not of type 'object'"],
  ])('refuses %j', (text, message) => {
    expect(errorOf(text).message).toBe(message);
  });
});
