import { describe, expect, it } from 'vitest';
import { isElasticsearchDate } from './elasticsearch-date.ts';
import { searchableDate } from './searchable-date.ts';

describe('searchableDate', () => {
  it.each([
    '2018-05-10T16:07:05Z',
    '2019-06-03T20:49:46.559307+00:00',
    '2018-11-02T10:21:26',
    '2018-11-02',
    '2018-11',
    '2018',
    '1541154086000',
  ])('is what was published where Elasticsearch reads it: %s', (published) => {
    expect(searchableDate(published)).toBe(published);
  });

  it.each([
    ['2018-11-02 10:21:26', '2018-11-02T10:21:26'],
    ['2018-11-02 10:21:26.559307+00:00', '2018-11-02T10:21:26.559307+00:00'],
    ['2018-11-02 10:21:26,559', '2018-11-02T10:21:26.559000'],
    ['2018-11-02 10:21:26 UTC', '2018-11-02T10:21:26+00:00'],
    ['2018-11-02 10:21:26 -0700', '2018-11-02T10:21:26-07:00'],
    ['2018-11-02T10:21:26z', '2018-11-02T10:21:26+00:00'],
    ['2018/11/2 9:05', '2018-11-02T09:05:00'],
    ['20181102', '2018-11-02T00:00:00'],
    ['20181102102126', '2018-11-02T10:21:26'],
    ['20181102T102126Z', '2018-11-02T10:21:26+00:00'],
    ['Fri, 02 Nov 2018 10:21:26 GMT', '2018-11-02T10:21:26+00:00'],
    ['Fri Nov  2 10:21:26 UTC 2018', '2018-11-02T10:21:26+00:00'],
    ['11/02/2018', '2018-11-02T00:00:00'],
    ['13/02/2018', '2018-02-13T00:00:00'],
  ])('is what Buildhub2 made of %s', (published, date) => {
    expect(searchableDate(published)).toBe(date);
    expect(isElasticsearchDate(date)).toBe(true);
  });

  it.each([
    '',
    ' ',
    'not a date',
    'today',
    '10:21',
    'Nov 2018',
    '2018-13-02 10:21:26',
    '2018-02-29 10:21:26',
    '2018-11-02 24:00:00',
    '2018-11-02 10:21:26 EST',
    '2018-11-02 10:21:26+18:01',
    '2018-11-02 10:21:26 x',
    '0000-01-01 00:00:00',
    `2018-11-02 10:21:26${' '.repeat(50_000)}x`,
  ])('is none for %j', (published) => {
    expect(searchableDate(published)).toBeUndefined();
  });
});
