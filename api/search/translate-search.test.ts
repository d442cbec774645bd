import { describe, expect, it } from 'vitest';
import { toPlain } from '../../schema/json/json-value.ts';
import { parseJson } from '../../schema/json/parse-json.ts';
import { SearchRefusal } from './search-refusal.ts';
import { translateSearch } from './translate-search.ts';

const options = { index: 'buildhub2', maxSize: 1000, timeLimit: 10_000 };
const added = { track_total_hits: true, timeout: '10000ms' };

function translate(text: string) {
  return translateSearch(parseJson(text), options);
}

/** The body of the refusal. */
function refusal(body: unknown): unknown {
  try {
    translate(typeof body === 'string' ? body : JSON.stringify(body));
  } catch (error) {
    if (error instanceof SearchRefusal) {
      expect(error.status).toBe(400);
      return toPlain(error.body);
    }
    throw error;
  }
  throw new Error(`was not refused: ${JSON.stringify(body)}`);
}

const query = (value: unknown) => ({ query: value });
const agg = (value: unknown) => ({ aggs: { a: value } });
const nested = (depth: number, inner: unknown, wrap: (value: unknown) => unknown): unknown =>
  depth === 0 ? inner : wrap(nested(depth - 1, inner, wrap));

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

describe('what reaches beyond a search in the build index', () => {
  it.each([
    query({ script: { script: '1' } }),
    query({ bool: { must: [{ script: { script: '1' } }] } }),
    query({ function_score: { script_score: { script: '1' } } }),
    query({ function_score: { functions: [{ script_score: 'x' }] } }),
    query({ terms_set: { x: { terms: ['a'], minimum_should_match_script: { source: '1' } } } }),
    query({ template: { inline: {} } }),
    { script_fields: { x: { script: '1' } } },
    { runtime_mappings: { x: { type: 'keyword' } } },
    { ext: { x: 1 } },
    { pit: { id: 'x' } },
    { slice: { id: 0, max: 2 } },
    { knn: { field: 'x' } },
    { sort: { _script: { script: '1' } } },
    { sort: [{ x: { nested: { filter: { script: { script: '1' } } } } }] },
    agg({ terms: { script: '1' } }),
    agg({ scripted_metric: { map_script: '1' } }),
    agg({ bucket_script: { script: '1' } }),
    agg({ bucket_selector: { script: '1' } }),
    agg({ moving_fn: { buckets_path: 'x', script: '1' } }),
    agg({ children: { type: 'x' } }),
    agg({ significant_terms: { field: 'x', script_heuristic: { script: '1' } } }),
    agg({ significant_terms: { field: 'x', background_filter: { wrapper: { query: 'e30=' } } } }),
    agg({ top_hits: { script_fields: { x: { script: '1' } } } }),
    agg({ filter: { script: { script: '1' } } }),
    agg({ filters: { filters: [{ script: { script: '1' } }] } }),
    agg({ filters: { filters: { script: { script: { script: '1' } } } } }),
    { aggs: { aggs: { terms: { field: 'x' }, aggs: { filters: { scripted_metric: {} } } } } },
    { suggest: { s: { text: 'x', phrase: { field: 'y', collate: { query: {} } } } } },
    query({ terms: { x: { index: 'other', id: '1', path: 'y' } } }),
    query({ bool: { filter: [{ terms: { x: { index: 'other', id: '1', path: 'y' } } }] } }),
    agg({ filter: { terms: { x: { index: 'other', id: '1', path: 'y' } } } }),
    { rescore: { query: { rescore_query: { terms: { x: { index: 'other' } } } } } },
    { highlight: { fields: { x: { highlight_query: { script: {} } } } } },
    { highlight: { fields: { x: {} }, highlight_query: { wrapper: {} } } },
    query({ more_like_this: { like: [{ _index: 'other', _id: '1' }] } }),
    query({ geo_shape: { x: { indexed_shape: { index: 'other', id: '1' } } } }),
    query({ has_child: { type: 'x', query: { match_all: {} } } }),
    query({ has_parent: { parent_type: 'x', query: { match_all: {} } } }),
    query({ parent_id: { type: 'x', id: '1' } }),
    query({ percolate: { field: 'x', document: {} } }),
    query({ indices: { indices: ['other'], query: { match_all: {} } } }),
    query({ filtered: { query: { match_all: {} } } }),
    { collapse: { field: 'x', inner_hits: { name: 'y', script_fields: {} } } },
    { indices_boost: [{ other: 2 }] },
  ])('refuses %j', (body) => {
    refusal(body);
  });

  it.each([
    { indices_boost: [{ buildhub2: 2 }] },
    query({ more_like_this: { like: [{ _index: 'buildhub2', _id: '1' }] } }),
    { aggs: { script: { terms: { field: 'x' } }, index: { terms: { field: 'y' } } } },
    agg({ filters: { filters: { template: { match_all: {} } } } }),
    { suggest: { index: { text: 'x', term: { field: 'y' } } } },
    query({ terms: { x: ['a'], boost: 2, _name: 'n' } }),
  ])('lets %j through', (body) => {
    expect(() => translate(JSON.stringify(body))).not.toThrow();
  });
});

describe('limits', () => {
  const inBool = (value: unknown) => ({ bool: { must: [value] } });
  const inFilter = (value: unknown) => ({ filter: { match_all: {} }, aggs: { a: value } });

  it.each([
    ['query depth', query(nested(31, { match_all: {} }, inBool))],
    ['queries', query({ bool: { should: Array.from({ length: 10_001 }, () => ({ match_all: {} })) } })],
    ['aggregation depth', agg(nested(20, { avg: { field: 'x' } }, inFilter))],
    [
      'aggregations',
      { aggs: Object.fromEntries(Array.from({ length: 1001 }, (_, n) => [n, { avg: { field: 'x' } }])) },
    ],
    ['depth of JSON', { search_after: nested(130, 1, (value) => [value]) }],
    ['buckets', agg({ significant_terms: { field: 'x', size: 10_001 } })],
    [
      'buckets of composite',
      agg({ composite: { size: '10001', sources: [{ a: { terms: { field: 'x' } } }] } }),
    ],
    ['hits in buckets', agg({ terms: { field: 'x', size: 1000 }, aggs: { b: { top_hits: { size: 101 } } } })],
    ['inner hits', { collapse: { field: 'x', inner_hits: [{ name: 'y', size: 11 }] }, size: 1000 }],
    ['shard_size', agg({ significant_terms: { field: 'x', shard_size: 1e9 } })],
    ['accuracy of percentiles', agg({ percentiles: { field: 'x', tdigest: { compression: 1e6 } } })],
    ['regular expression', query({ regexp: { x: 'a'.repeat(1001) } })],
    ['regular expression in the long form', query({ regexp: { x: { value: 'a'.repeat(1001) } } })],
    ['regular expression of include', agg({ terms: { field: 'x', include: 'a'.repeat(1001) } })],
    ['automaton', query({ regexp: { x: { value: 'a', max_determinized_states: 1e6 } } })],
    ['automaton of a query string', query({ query_string: { query: 'a', max_determinized_states: 1e6 } })],
    ['wildcard length', query({ wildcard: { x: 'a'.repeat(1001) } })],
    ['wildcards', query({ wildcard: { x: { value: '*a'.repeat(21) } } })],
    ['wildcards in a query string', query({ query_string: { query: `b ${'*a'.repeat(21)}` } })],
    ['prefix', query({ prefix: { x: 'a'.repeat(1001) } })],
    ['expansions', query({ match_phrase_prefix: { x: { query: 'a', max_expansions: 1e6 } } })],
    ['query string', query({ query_string: { query: 'a '.repeat(5001) } })],
    [
      'suggesters',
      {
        suggest: Object.fromEntries(
          Array.from({ length: 11 }, (_, n) => [n, { text: 'x', term: { field: 'y' } }]),
        ),
      },
    ],
    ['text to suggest for', { suggest: { text: 'x'.repeat(501), s: { term: { field: 'y' } } } }],
    ['effort of suggesting', { suggest: { s: { text: 'x', phrase: { field: 'y', gram_size: 5000 } } } }],
  ])('on %s', (_name, body) => {
    expect(refusal(body)).toEqual({ error: expect.stringMatching(/\d/) });
  });

  it.each([
    ['query depth', query(nested(29, { match_all: {} }, inBool))],
    ['queries', query({ bool: { should: Array.from({ length: 9999 }, () => ({ match_all: {} })) } })],
    ['aggregation depth', agg(nested(19, { avg: { field: 'x' } }, inFilter))],
    ['buckets', agg({ significant_terms: { field: 'x', size: 10_000 } })],
    ['buckets of terms, any number', agg({ terms: { field: 'x', size: 2_147_483_647, shard_size: 1e9 } })],
    ['hits in buckets', agg({ terms: { field: 'x', size: 1000 }, aggs: { b: { top_hits: { size: 100 } } } })],
    [
      'a hit in each of all buckets',
      agg({ terms: { field: 'x', size: 1e6 }, aggs: { b: { top_hits: { size: 1 } } } }),
    ],
    ['inner hits', { collapse: { field: 'x', inner_hits: { name: 'y', size: 10 } }, size: 1000 }],
    ['words of a query string, each with a wildcard', query({ query_string: { query: 'a* '.repeat(100) } })],
  ])('let pass what is just within: %s', (_name, body) => {
    expect(() => translate(JSON.stringify(body))).not.toThrow();
  });
});
