import { expect, it } from 'vitest';
import { isSearchableDate } from './searchable-date.ts';

// Texts of each of these forms were indexed into a real Elasticsearch 9.5.3.
it.each([
  '2019-06-03T20:49:46.559307+00:00',
  '2018-11-02T10:21:26',
  '2018-11-02T10:21:26,5Z',
  '2018-11-02T10:21:26.123456789Z',
  '2018-11-02T10+0130',
  '2018-11-02T10:21:26UTC',
  '2018-11-02T10:21:26+18:00',
  '2018-11-02T10:21:26+01:00:30',
  '2018-11-02T',
  '2018',
  '-0001-01-01',
  '2020-02-29',
  '2000-02-29',
  '1541154086000.5',
  '-9223372036854775807',
])('takes %s', (published) => {
  expect(isSearchableDate(published)).toBe(true);
});

it.each([
  '',
  'today',
  'Nov 2018',
  '2018-11-02 10:21:26',
  '2018-11-2',
  '2018-11-02T10:21:26z',
  '2018-11-02T10:21:26.Z',
  '2018-11-02T10:21:26.1234567891Z',
  '2018-11-02T24:00:00Z',
  '2018-11-02T10:60:00Z',
  '2018-11-02T23:59:60Z',
  '2018-11-02T10:21:26+18:01',
  '2018-11-02T10:21:26+1:00',
  '2018-11-02T10:21:26+01:0030',
  '2018-13-02',
  '2018-00-02',
  '2018-11-31',
  '1900-02-29',
  '02018-11-02',
  '9223372036854775808',
  '1e3',
  `2018-11-02T10:21:26+${'1'.repeat(50_000)}x`,
])('refuses %j', (published) => {
  expect(isSearchableDate(published)).toBe(false);
});

it.each(['20181102', '201811021021', '20181102102126'])(
  'refuses %s, which Elasticsearch would take for milliseconds',
  (published) => {
    expect(isSearchableDate(published)).toBe(false);
  },
);
