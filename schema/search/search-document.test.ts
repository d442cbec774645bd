import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readBuilds } from '../build/published-build.ts';
import { searchDocument } from './search-document.ts';

describe('searchDocument', () => {
  it('holds the id as a number and the build as published', () => {
    const text = readFileSync(new URL('../samples/firefox-70.0-win64.json', import.meta.url), 'utf8');
    const document = JSON.parse(searchDocument('17', readBuilds(text)[0]?.text ?? ''));
    expect(document).toEqual({ id: 17, ...JSON.parse(text) });
    expect(Object.keys(document)[0]).toBe('id');
    expect(document.build.date).toBe('2019-10-16T16:19:57Z');
  });

  it('leaves out objects without members, and keeps number tokens', () => {
    expect(
      searchDocument('9007199254740993', '{"build":{},"source":{"product":""},"download":{"size":1.0}}'),
    ).toBe('{"id":9007199254740993,"source":{"product":""},"download":{"size":1.0}}');
  });

  it('holds a date that Elasticsearch could not read as Buildhub2 wrote it, and any other text as it is', () => {
    const build =
      '{"build":{"date":"2018-11-02 10:21:26","id":"2018-11-02 10:21"},"download":{"date":"soon"}}';
    expect(JSON.parse(searchDocument('17', build))).toEqual({
      id: 17,
      build: { date: '2018-11-02T10:21:26', id: '2018-11-02 10:21' },
      download: { date: 'soon' },
    });
  });

  it.each(['', '0', '-1', '1.5', '01', '1e3', 'x', '1 '])('refuses the id %j', (id) => {
    expect(() => searchDocument(id, '{}')).toThrow('must be a decimal number');
  });

  it('refuses a text that is no object', () => {
    expect(() => searchDocument('1', '[]')).toThrow('The build with id 1 is not a JSON object');
  });
});
