import { describe, expect, it } from 'vitest';
import { agg, query, refusal, translate } from '../testing/translated-search.ts';

describe('what elasticsearch-dsl refused', () => {
  const Q = 'Q() can only accept dict with a single query ({"match": {...}}). Instead it got';
  const A = 'A() can only accept dict with an aggregation ({"terms": {...}}). Instead it got';

  it.each([
    [query({}), `${Q} ({})`],
    [query({ term: { a: 1 }, match: { b: 2 } }), `${Q} ({'term': {'a': 1}, 'match': {'b': 2}})`],
    [query({ bool: { filter: [{}] } }), `${Q} ({})`],
    [query(null), 'DSL class `None` does not exist in query.'],
    [query('x'), 'DSL class `x` does not exist in query.'],
    [query({ intervals: {} }), 'DSL class `intervals` does not exist in query.'],
    [query({ bool: { must: [{ foo: { a: 1 } }] } }), 'DSL class `foo` does not exist in query.'],
    [query({ constructor: {} }), 'DSL class `constructor` does not exist in query.'],
    [agg({ constructor: {} }), 'DSL class `constructor` does not exist in agg.'],
    [agg({ date: { field: 'x' } }), 'DSL class `date` does not exist in agg.'],
    [{ aggregations: { a: { date: {} } }, size: '0' }, 'DSL class `date` does not exist in agg.'],
    [agg({}), `${A} ({})`],
    [agg({ terms: {}, avg: {} }), `${A} ({'terms': {}, 'avg': {}})`],
    [agg({ terms: {}, aggs: { b: {} } }), `${A} ({})`],
    [
      query({ function_score: { functions: [{ linear: {}, gauss: {} }] } }),
      "SF() got an unexpected fields in the dictionary: {'linear': {}, 'gauss': {}}",
    ],
    [
      query({ function_score: { functions: [{ other: {} }] } }),
      'DSL class `other` does not exist in score_function.',
    ],
  ])('%j', (body, message) => {
    expect(refusal(body)).toEqual({ error: message });
  });

  it.each([
    ['{"size":1001}', 'Search size too large (1001)'],
    ['{"size":"1001"}', 'Search size too large (1001)'],
    ['{"size":" 1_001 "}', 'Search size too large ( 1_001 )'],
    ['{"size":1e5}', 'Search size too large (100000.0)'],
  ])('%s', (text, message) => {
    expect(refusal(text)).toEqual({ error: message });
  });
});

describe('what it failed on with a server error, and what Elasticsearch 6 refused', () => {
  it.each([
    ['[1]', /object/],
    ['"text"', /object/],
    ['{"query":[]}', /not a list/],
    ['{"query":{"term":null}}', /`term` takes an object/],
    ['{"aggs":[1]}', /Aggregations are an object/],
    ['{"aggs":{"a":{"terms":5}}}', /`terms` takes an object/],
    ['{"highlight":{}}', /needs `fields`/],
    ['{"suggest":{"a":1}}', /`a` is an object/],
    ['{"suggest":[1]}', /`suggest` is an object/],
    ['{"size":"abc"}', /`size` must be a whole number.*'abc'/],
    ['{"size":null}', /`size` must be a whole number.*None/],
    ['{"size":NaN}', /`size` must be a whole number/],
    ['{"size":true}', /^Current token \(VALUE_TRUE\) not numeric/],
    ['{"min_score":NaN}', /`NaN` is not a number.*min_score/],
    ['{"min_score":-Infinity}', /`-Infinity` is not a number/],
  ])('%s', (text, message) => {
    expect(refusal(text)).toEqual({ error: expect.stringMatching(message) });
  });

  it('says where an unknown member stands, as Elasticsearch 6 did', () => {
    const cause = (reason: string, col: number) => ({ type: 'parsing_exception', reason, line: 1, col });
    const filter = cause('Unknown key for a START_OBJECT in [filter].', 11);
    expect(refusal({ filter: { term: { a: 1 } }, size: 1 })).toEqual({
      error: { root_cause: [filter], ...filter },
      status: 400,
    });
    // What was sent on was `{"sort":["x"],"foo":1}`: unknown members come after those that elasticsearch-dsl knows.
    expect(refusal({ foo: 1, sort: ['x'] })).toMatchObject({
      error: cause('Unknown key for a VALUE_NUMBER in [foo].', 21),
    });
  });

  it('takes the names of what every object has for names like any other', () => {
    for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
      expect(refusal(`{"${name}":{}}`)).toMatchObject({
        error: { reason: `Unknown key for a START_OBJECT in [${name}].` },
      });
    }
  });

  it('has a window of 10,000 hits, in a text', () => {
    expect(refusal({ from: 10_000, size: 1000 })).toEqual({
      error: expect.stringContaining(
        'Result window is too large, from + size must be less than or equal to: [10000] but was [11000]',
      ),
    });
    expect(refusal({ from: '9991' })).toEqual({ error: expect.stringContaining('was [10001]') });
    expect(() => translate('{"from":9990}')).not.toThrow();
  });
});
