import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildHash } from './build-hash.ts';
import { parseLossless } from './lossless-json.ts';
import { readBuilds } from './published-build.ts';
import { InvalidBuildError } from './validate-build.ts';

function sample(name: string): string {
  return readFileSync(new URL(`samples/${name}.json`, import.meta.url), 'utf8');
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
      expect(buildHash(parseLossless(text))).toBe(hash);
    }
  });

  it('gives plain data that survives a payload', () => {
    const builds = readBuilds(sample('firefox-70.0-win64'));
    expect(JSON.parse(JSON.stringify(builds))).toStrictEqual(builds);
  });

  it('says in one message all that is wrong', () => {
    const error = errorOf('{"source":{},"target":{"os":"ios"},"download":{},"build":{"date":"x"}}');
    expect(error.problems.length).toBe(10);
    for (const { message } of error.problems) expect(error.message).toContain(message);
  });

  it('keeps the message of a hopeless file short', () => {
    const junk = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`junk${index}`, index]));
    expect(errorOf(JSON.stringify(junk)).message.length).toBeLessThan(2000);
  });

  it.each([
    ['', '(text): not JSON: Unexpected end of JSON input'],
    ['{"build":', '(text): not JSON: Unexpected end of JSON input'],
    ['{"build":NaN}', '(text): not JSON: Unexpected token \'N\', "{"build":NaN}" is not valid JSON'],
    ['{"a":'.repeat(1e6), '(text): not JSON: Unexpected end of JSON input'],
    ['['.repeat(1e6) + ']'.repeat(1e6), '(text): not JSON: Nested deeper than 100 levels'],
    [`{"a":1.0,"b":${'['.repeat(1e6)}${']'.repeat(1e6)}}`, '(text): not JSON: Nested deeper than 100 levels'],
    ['[]', '(root): must be object, not []'],
  ])('refuses %.20s', (text, message) => {
    expect(errorOf(text).message).toBe(message);
  });
});
