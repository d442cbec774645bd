import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readBuilds } from '../published-build.ts';
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

  it('is the same for the text of a jsonb value, as PostgreSQL writes it', () => {
    const jsonb = '{"build": {}, "source": {"tree": "a {} b"}, "download": {"size": 9007199254740993}}';
    expect(searchDocument('1', jsonb)).toBe(
      '{"id":1,"source":{"tree":"a {} b"},"download":{"size":9007199254740993}}',
    );
    expect(searchDocument('1', '{"build": {"id": "5"}, "download": {"size": 1.0}}')).toBe(
      '{"id":1,"build": {"id": "5"}, "download": {"size": 1.0}}',
    );
    expect(searchDocument('1', '{}')).toBe('{"id":1}');
  });

  it.each(['', '0', '-1', '1.5', '01', '1e3', 'x', '1 '])('refuses the id %j', (id) => {
    expect(() => searchDocument(id, '{}')).toThrow('must be a decimal number');
  });

  it.each(['[]', '"{}"', '17', 'null'])('refuses a text that is not an object: %s', (text) => {
    expect(() => searchDocument('1', text)).toThrow('The build with id 1 is not a JSON object');
  });
});
