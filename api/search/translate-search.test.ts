import { describe, expect, it } from 'vitest';
import { added, agg, query, translate } from '../testing/translated-search.ts';

describe('translateSearch', () => {
  it.each(['{}', '[]', '0', '""', 'null', 'false', '0.0'])('takes %s for a search for everything', (text) => {
    expect(JSON.parse(translate(text).body)).toEqual(added);
    expect(translate(text).size).toBe(10);
  });

  it('keeps numbers as they were sent', () => {
    expect(translate('{"min_score":1.10,"search_after":[12345678901234567890]}').body).toContain(
      '"min_score":1.10,"search_after":[12345678901234567890]',
    );
  });

  it.each([
    ['{"size":0}', 0],
    ['{"size":"7"}', 7],
    ['{"size":-1}', 10],
    ['{"size":2.9}', 2],
    ['{}', 10],
  ])('knows how many hits %s asks for', (text, size) => {
    expect(translate(text).size).toBe(size);
  });
});

describe('whether a search asks for hits', () => {
  const suggest = { s: { text: 'x', term: { field: 'y' } } };

  it.each([
    [{}, true],
    [{ size: 0 }, false],
    [{ suggest }, false],
    [{ suggest, ...query({ match_all: {} }) }, true],
    [{ suggest, ...agg({ avg: { field: 'x' } }) }, true],
  ])('%j: %s', (body, hasHits) => {
    expect(translate(JSON.stringify(body)).hasHits).toBe(hasHits);
  });
});

describe('conditions on what all builds have in common', () => {
  const everything = query({ match_all: {} });
  const nothing = query({ match_none: {} });

  it.each([
    [query({ term: { _type: 'doc' } }), everything],
    [query({ term: { _type: { value: 'doc', boost: 2 } } }), everything],
    [query({ terms: { _type: ['x', 'doc'], boost: 2 } }), everything],
    [query({ match: { _type: { query: 'x' } } }), nothing],
    [query({ exists: { field: '_type' } }), everything],
    [query({ term: { _index: 'buildhub2' } }), everything],
    [query({ term: { _index: 'other' } }), nothing],
    [query({ prefix: { _index: 'build' } }), everything],
    [query({ wildcard: { _index: 'b*2' } }), everything],
    [query({ wildcard: { _index: { value: 'b?2' } } }), nothing],
    [query({ term: { _uid: 'doc#5' } }), query({ terms: { _id: ['5'] } })],
    [query({ terms: { _uid: ['doc#5', 'x#6'] } }), query({ terms: { _id: ['5'] } })],
    [
      query({ bool: { filter: [{ term: { _type: 'doc' } }] } }),
      query({ bool: { filter: [{ match_all: {} }] } }),
    ],
    [{ indices_boost: { buildhub2: 2 } }, { indices_boost: [{ buildhub2: 2 }] }],
    [{ indices_boost: [{ 'build*': 2 }] }, { indices_boost: [{ 'build*': 2 }] }],
  ])('%j', (sent, passedOn) => {
    expect(JSON.parse(translate(JSON.stringify(sent)).body)).toEqual({ ...passedOn, ...added });
  });
});
