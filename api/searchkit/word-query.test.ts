import { expect, it } from 'vitest';
import { wordQuery, wordsOf } from './word-query.ts';

const textOf = (text: string) => wordQuery(text)?.query_string.query;

it.each([
  ['firefox 54 linux', 'firefox* 54* linux*'],
  ['linux-x86_64', 'linux-x86_64*'],
  ["'build.id:20170713200529 OR target.locale:/d./", 'build.id:20170713200529 OR target.locale:/d./'],
  ['firefox*', 'firefox*'],
  ['Firefox', '(Firefox* OR firefox*)'],
  ['source.product:Firefox', 'source.product:(Firefox* OR firefox*)'],
  ['-product:Firefox', '-source.product:(Firefox* OR firefox*)'],
  ["'product:Firefox", 'product:Firefox'],
  ['firefox OR thunderbird', 'firefox* OR thunderbird*'],
  ['"firefox nightly" de', '"firefox nightly" de*'],
  ['version:61.0 -channel:esr', 'target.version:61.0* -target.channel:esr*'],
  ['build.date:[2019-01-01 TO 2019-02-01]', 'build.date:[2019-01-01 TO 2019-02-01]'],
  ['constructor:x', 'constructor:x*'],
  ['ed47966f7922', '(ed47966f7922* OR source.revision:ed47966f7922*)'],
  ['ed4796', '(ed4796* OR source.revision:ed4796*)'],
  ['ED4796', '(ED4796* OR ed4796* OR source.revision:ed4796*)'],
  ['ed479', 'ed479*'],
  ['pub/firefox', 'pub\\/firefox*'],
  ['locale:PT-br', 'target.locale:(PT-br* OR pt-br* OR pt-BR*)'],
  ['url:https://a.b/c', 'download.url:https\\:\\/\\/a.b\\/c*'],
  ['build.date:>2026-01-01T10:00', 'build.date:>2026-01-01T10\\:00'],
  ['build.date:[2026-01-01T10:00 TO *]', 'build.date:[2026-01-01T10:00 TO *]'],
  ['https://archive.mozilla.org/pub/a.tar.bz2', 'download.url:"https://archive.mozilla.org/pub/a.tar.bz2"'],
])('reads %j as %j', (text, query) => {
  expect(textOf(text)).toBe(query);
});

it.each(['', '  ', "'", "' "])('finds everything for %j', (text) => {
  expect(wordQuery(text)).toBeUndefined();
});

it('ANDs words over the fields and weights of Buildhub2, without fuzziness', () => {
  expect(wordQuery('a')?.query_string).toEqual({
    query: 'a*',
    fields: [
      'source.product',
      'target.channel^1.2',
      'target.version^10',
      'target.locale^3',
      'target.platform^2',
      'build.id',
    ],
    default_operator: 'AND',
    phrase_slop: 1,
    lenient: true,
  });
});

it('a text of many brackets takes time in proportion to its length', () => {
  expect(wordsOf('['.repeat(200_000))).toHaveLength(1);
});
