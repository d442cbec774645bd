import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseJson } from '../schema/json/parse-json.ts';
import { searchDocument } from '../schema/search/search-document.ts';
import { storedDocument } from './stored-document.ts';

const samples = new URL('../schema/samples/', import.meta.url);

/** The text of a jsonb value as PostgreSQL writes it: shorter keys first, `": "` and `", "` between. */
function asJsonb(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(asJsonb).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const byLength = ([a]: [string, unknown], [b]: [string, unknown]) =>
    a.length - b.length || (a < b ? -1 : 1);
  const members = Object.entries(value).sort(byLength);
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}: ${asJsonb(member)}`).join(', ')}}`;
}

const rest = { source: { product: 'firefox' }, target: { channel: 'nightly' }, download: { size: 1 } };

describe('storedDocument', () => {
  test.each([
    ...readdirSync(samples).map((name) => [
      name,
      asJsonb(JSON.parse(readFileSync(new URL(name, samples), 'utf8'))),
    ]),
    ['an empty build', asJsonb({ build: {}, ...rest })],
    ['an empty object further down', asJsonb({ build: { id: '1' }, ...rest, target: {} })],
    ['braces in a value', asJsonb({ build: { as: 'a {} b' }, ...rest })],
    ['an id of its own', asJsonb({ id: 5, build: { id: '1' }, ...rest })],
    ['a key before build', asJsonb({ a: 1, build: { id: '1' }, ...rest })],
    ['no build', asJsonb(rest)],
    ['a date of the usual form', asJsonb({ build: { date: '2018-11-02T10:21:26.5+01:00' }, ...rest })],
    ['a date with a blank', asJsonb({ build: { date: '2018-11-02 10:21:26' }, ...rest })],
    ['a date that goes on unusually', asJsonb({ build: { date: '2018-11-02T10:21:26 +0100' }, ...rest })],
    ['digits for a date', asJsonb({ build: { id: '1' }, ...rest, download: { date: '20181102102126' } })],
    ['a date without meaning', asJsonb({ build: { date: 'soon' }, ...rest })],
    ['a date that is no text', '{"build": {"date": 5}, "download": {"date": {"date": "2018-11-02 10:21"}}}'],
    [
      'numbers that JavaScript cannot hold',
      '{"build": {"number": 9007199254740993}, "download": {"size": 1.0}}',
    ],
    ['a build that is no object', asJsonb({ build: [1], ...rest })],
  ])('is what searchDocument makes of %s', (_, jsonb = '') => {
    expect(parseJson(storedDocument('17', jsonb))).toEqual(parseJson(searchDocument('17', jsonb)));
  });

  test('refuses what is no object', () => {
    for (const jsonb of ['[]', '"{}"', '17', 'null'])
      expect(() => storedDocument('17', jsonb)).toThrow(TypeError);
  });
});
