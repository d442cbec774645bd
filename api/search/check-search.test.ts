import { describe, expect, it } from 'vitest';
import { checkSearch } from './check-search.ts';
import { SearchRefusal } from './search-refusal.ts';

const options = { index: 'buildhub2', maxSize: 1000, timeLimit: 10_000 };
/** What every search gets. */
const added = { track_total_hits: true, timeout: '10000ms' };

const check = (body: unknown) => checkSearch(structuredClone(body), options);

/** The refusal of a search, which must be refused. */
function refusal(body: unknown): SearchRefusal {
  try {
    check(body);
  } catch (error) {
    if (error instanceof SearchRefusal) return error;
    throw error;
  }
  throw new Error(`was not refused: ${JSON.stringify(body).slice(0, 500)}`);
}

const query = (value: unknown) => ({ query: value });
const agg = (value: unknown) => ({ aggs: { a: value } });
const nested = (depth: number, inner: unknown, wrap: (value: unknown) => unknown): unknown =>
  depth === 0 ? inner : wrap(nested(depth - 1, inner, wrap));
const many = (count: number, value: unknown) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`n${at}`, value]));

describe('what is not in the table', () => {
  it.each([
    [query({ script: { script: '1' } }), 'query.script'],
    [query({ bool: { must: [{ script: { script: '1' } }] } }), 'query.bool.must.0.script'],
    [query({ function_score: { script_score: { script: '1' } } }), 'query.function_score.script_score'],
    [query({ function_score: { functions: [{ script_score: 'x' }] } }), 'functions.0.script_score'],
    [query({ wrapper: { query: 'e30=' } }), 'query.wrapper'],
    [query({ has_child: { type: 'x', query: { match_all: {} } } }), 'query.has_child'],
    [query({ percolate: { field: 'x', document: {} } }), 'query.percolate'],
    [query({ more_like_this: { like: [{ _index: 'other', _id: '1' }] } }), 'query.more_like_this'],
    [query({ terms: { x: { index: 'other', id: '1', path: 'y' } } }), 'query.terms.x.index'],
    [agg({ filter: { terms: { x: { index: 'other' } } } }), 'aggs.a.filter.terms.x.index'],
    [query({ wildcard: { _index: `${'*'.repeat(28)}x` } }), 'query.wildcard._index'],
    [query({ exists: { field: '_field_names' } }), 'query.exists.field'],
    [query({ term: { 'build.id': { value: '1', meta: {} } } }), 'query.term.build.id.meta'],
    [query({ constructor: {} }), 'query.constructor'],
    [JSON.parse('{"query": {"__proto__": {}}}'), 'query.__proto__'],
    [{ script_fields: { x: { script: '1' } } }, 'script_fields'],
    [{ runtime_mappings: { x: { type: 'keyword' } } }, 'runtime_mappings'],
    [{ pit: { id: 'x' } }, 'pit'],
    [{ knn: { field: 'x' } }, 'knn'],
    [{ sort: { _script: { script: '1' } } }, 'sort._script'],
    [{ sort: [{ x: { nested: { filter: { script: { script: '1' } } } } }] }, 'sort.0.x.nested'],
    [{ indices_boost: [{ other: 2 }] }, 'indices_boost.0'],
    [{ collapse: { field: 'x', inner_hits: { name: 'y' } } }, 'collapse.inner_hits'],
    [
      { highlight: { fields: { x: { highlight_query: { script: {} } } } } },
      'fields.x.highlight_query.script',
    ],
    [{ rescore: { query: { rescore_query: { script: {} } } } }, 'rescore_query.script'],
    [{ suggest: { s: { text: 'x', phrase: { field: 'y', collate: {} } } } }, 'suggest.s.phrase.collate'],
    [agg({ scripted_metric: { map_script: '1' } }), 'aggs.a.scripted_metric'],
    [agg({ bucket_script: { script: '1' } }), 'aggs.a.bucket_script'],
    // Elasticsearch 9 has no such pipeline any more.
    [agg({ moving_avg: { buckets_path: 'x' } }), 'aggs.a.moving_avg'],
    [agg({ terms: { script: '1' } }), 'aggs.a.terms.script'],
    [agg({ top_hits: { script_fields: {} } }), 'aggs.a.top_hits.script_fields'],
    [agg({ filters: { filters: { x: { script: {} } } } }), 'aggs.a.filters.filters.x.script'],
    [
      agg({ composite: { sources: [{ lang: { terms: { script: {} } } }] } }),
      'aggs.a.composite.sources.0.lang.terms.script',
    ],
    [
      { aggs: { aggs: { terms: { field: 'x' }, aggs: { b: { scripted_metric: {} } } } } },
      'aggs.aggs.aggs.b.scripted_metric',
    ],
  ])('%j is refused with its place', (body, place) => {
    expect(refusal(body)).toMatchObject({ kind: 'not_allowed', status: 400 });
    expect(refusal(body).message).toContain(place);
  });

  it.each([
    [query({}), 'query'],
    [query({ term: { a: 1 }, match: { b: 2 } }), 'query'],
    [query('match_all'), 'query'],
    [query([{ match_all: {} }]), 'query'],
    [query({ bool: [] }), 'query.bool'],
    [agg({}), 'aggs.a'],
    [agg({ terms: { field: 'x' }, avg: { field: 'y' } }), 'aggs.a'],
    [agg({ terms: { field: ['x'] } }), 'aggs.a.terms.field'],
    [agg({ terms: { field: 'x', order: { a: { script: '1' } } } }), 'aggs.a.terms.order.a'],
    [{ aggs: [] }, 'aggs'],
    [{ size: true }, 'size'],
    [{ size: '1e' }, 'size'],
    [{ from: 0.5 }, 'from'],
    [{ timeout: 'soon' }, 'timeout'],
    [[1], ''],
    ['x', ''],
  ])('%j is not a search', (body, place) => {
    expect(refusal(body)).toMatchObject({
      kind: 'syntax',
      status: 400,
      message: expect.stringContaining(place),
    });
  });

  it.each([
    { indices_boost: [{ buildhub2: 2 }] },
    { aggs: { script: { terms: { field: 'x' } }, index: { terms: { field: 'y' } } } },
    { suggest: { index: { text: 'x', term: { field: 'y' } } } },
    agg({ filters: { filters: { template: { match_all: {} } } } }),
    agg({
      terms: { field: 'x', order: [{ rank: 'desc' }, { _key: 'asc' }] },
      aggs: { rank: { max: { field: 'y' } } },
    }),
    agg({ composite: { sources: [{ lang: { terms: { field: 'x' } } }], after: { lang: 'de' } } }),
    agg({ terms: { field: 'x' }, meta: { lang: 'de', more: [{ script: { index: 1 } }] } }),
    agg({
      terms: { field: 'x' },
      aggs: { s: { avg: { field: 'y' } }, top: { bucket_sort: { sort: [{ s: 'asc' }] } } },
    }),
    agg({
      date_histogram: { field: 'x', fixed_interval: '1d' },
      aggs: { d: { derivative: { buckets_path: '_count' } } },
    }),
    query({ terms: { x: ['a'], boost: 2, _name: 'n' } }),
  ])('%j is in it', (body) => {
    expect(() => check(body)).not.toThrow();
  });
});

describe('limits', () => {
  const inBool = (value: unknown) => ({ bool: { must: [value] } });
  const inFilter = (value: unknown) => ({ filter: { match_all: {} }, aggs: { a: value } });
  const hdr = (digits: number) => ({
    percentiles: { field: 'y', hdr: { number_of_significant_value_digits: digits } },
  });

  /** Each is just beyond its limit; `ok` is just within. */
  it.each<[name: string, beyond: unknown, ok: unknown]>([
    [
      'query depth',
      query(nested(30, { match_all: {} }, inBool)),
      query(nested(29, { match_all: {} }, inBool)),
    ],
    [
      'queries',
      query({ bool: { should: Array.from({ length: 10_000 }, () => ({ match_all: {} })) } }),
      query({ bool: { should: Array.from({ length: 9_999 }, () => ({ match_all: {} })) } }),
    ],
    [
      'depth of JSON',
      agg({ max: { field: 'x' }, meta: nested(101, 1, (value) => [value]) }),
      agg({ max: { field: 'x' }, meta: nested(90, 1, (value) => [value]) }),
    ],
    [
      'aggregation depth',
      agg(nested(10, { avg: { field: 'x' } }, inFilter)),
      agg(nested(9, { avg: { field: 'x' } }, inFilter)),
    ],
    [
      'aggregations',
      { aggs: many(201, { avg: { field: 'x' } }) },
      { aggs: many(200, { avg: { field: 'x' } }) },
    ],
    [
      'buckets',
      agg({ significant_terms: { field: 'x', size: 10_001 } }),
      agg({ significant_terms: { field: 'x', size: 10_000 } }),
    ],
    [
      'buckets of composite',
      agg({ composite: { size: '10001', sources: [] } }),
      agg({ terms: { field: 'x', size: 2_147_483_647 } }),
    ],
    [
      'hits in buckets',
      agg({ terms: { field: 'x', size: 101 }, aggs: { b: { top_hits: { size: 100 } } } }),
      agg({ terms: { field: 'x', size: 100 }, aggs: { b: { top_hits: { size: 100 } } } }),
    ],
    [
      'hits in the buckets of several aggregations',
      { aggs: many(35, { terms: { field: 'x', size: 100 }, aggs: { b: { top_hits: {} } } }) },
      { aggs: many(33, { terms: { field: 'x', size: 100 }, aggs: { b: { top_hits: {} } } }) },
    ],
    ['digits of percentiles', agg(hdr(4)), agg(hdr(3))],
    [
      'memory of percentiles',
      agg({ terms: { field: 'x', size: 130 }, aggs: { b: hdr(3) } }),
      agg({ terms: { field: 'x', size: 100 }, aggs: { b: hdr(3) } }),
    ],
    [
      'memory of percentiles in all buckets of all levels',
      agg({
        terms: { field: 'x', size: 100 },
        aggs: { b: { terms: { field: 'z', size: 100 }, aggs: { c: hdr(2) } } },
      }),
      agg({
        terms: { field: 'x', size: 100 },
        aggs: { b: { terms: { field: 'z', size: 10 }, aggs: { c: hdr(2) } } },
      }),
    ],
    [
      'memory of percentiles in what a shard returns',
      agg({ terms: { field: 'x', shard_size: 1e9 }, aggs: { b: hdr(2) } }),
      agg({ terms: { field: 'x', shard_size: 900 }, aggs: { b: hdr(2) } }),
    ],
    [
      'memory of buckets that are made whatever the builds are',
      agg(
        nested(4, { avg: { field: 'x' } }, (a) => ({
          range: { field: 'x', ranges: Array(25).fill({ to: 1 }) },
          aggs: { a },
        })),
      ),
      agg(
        nested(3, { avg: { field: 'x' } }, (a) => ({
          range: { field: 'x', ranges: Array(25).fill({ to: 1 }) },
          aggs: { a },
        })),
      ),
    ],
    [
      'memory of the buckets of many aggregations',
      { aggs: many(5, { terms: { field: 'x', size: 100_000 } }) },
      { aggs: many(3, { terms: { field: 'x', size: 100_000 } }) },
    ],
    [
      'buckets that a pipeline looks back over',
      agg({ serial_diff: { buckets_path: 'x', lag: 2_147_483_647 } }),
      agg({ serial_diff: { buckets_path: 'x', lag: 30 } }),
    ],
    [
      'memory of what the buckets are in the order of, in all that there are',
      agg({ terms: { field: 'x', order: { 'b.50': 'desc' } }, aggs: { b: { percentiles: { field: 'y' } } } }),
      agg({ terms: { field: 'x', order: { b: 'desc' } }, aggs: { b: { max: { field: 'y' } } } }),
    ],
    [
      'memory of a histogram',
      agg({
        date_histogram: { field: 'x', interval: '1000ms' },
        aggs: { b: { percentiles: { field: 'y' } } },
      }),
      agg({
        date_histogram: { field: 'x', interval: 'month' },
        aggs: { b: { percentiles: { field: 'y' } } },
      }),
    ],
    [
      'memory of cardinality',
      agg({ terms: { field: 'x', size: 10_000 }, aggs: { b: { cardinality: { field: 'y' } } } }),
      agg({ terms: { field: 'x', size: 1_000 }, aggs: { b: { cardinality: { field: 'y' } } } }),
    ],
    [
      'accuracy of percentiles',
      agg({ percentiles: { field: 'x', tdigest: { compression: 1e6 } } }),
      agg({ percentiles: { field: 'x', tdigest: { compression: 1000 } } }),
    ],
    [
      'regular expression',
      query({ regexp: { x: { value: 'a'.repeat(1001) } } }),
      query({ regexp: { x: 'a'.repeat(1000) } }),
    ],
    [
      'regular expression of include',
      agg({ terms: { field: 'x', include: 'a'.repeat(1001) } }),
      agg({ terms: { field: 'x', include: 'a'.repeat(1000) } }),
    ],
    [
      'regular expressions',
      { aggs: many(51, { terms: { field: 'x', include: 'a' } }) },
      { aggs: many(50, { terms: { field: 'x', include: 'a' } }) },
    ],
    [
      'regular expressions in a text',
      query({ query_string: { query: ' /a/'.repeat(51) } }),
      query({ query_string: { query: '"https://x/y" '.repeat(51) } }),
    ],
    [
      'regular expressions within words',
      query({ query_string: { query: 'a/b/c/d/'.repeat(26), default_field: 'x' } }),
      query({ query_string: { query: 'a/b/c/d/'.repeat(25), default_field: 'x' } }),
    ],
    [
      'repetitions in a regular expression',
      query({ regexp: { x: '((a{1,100}){1,100}){1,100}' } }),
      query({ regexp: { x: '((a{1,6}){1,6}){1,6}' } }),
    ],
    [
      'repetitions in a regular expression of a text',
      query({ query_string: { query: 'x:/(((((((((((a+)+)+)+)+)+)+)+)+)+)+/' } }),
      query({ query_string: { query: 'x:/(a+)+/' } }),
    ],
    [
      'states of regular expressions',
      query({ bool: { should: Array(13).fill({ regexp: { x: '(a?){250}' } }) } }),
      query({ bool: { should: Array(12).fill({ regexp: { x: '(a?){250}' } }) } }),
    ],
    [
      'states of regular expressions in all fields',
      query({ query_string: { query: '/a/ '.repeat(11) } }),
      query({ query_string: { query: '/a/ '.repeat(10) } }),
    ],
    [
      'wildcards in a pattern',
      query({ wildcard: { x: { value: '*a'.repeat(21) } } }),
      query({ wildcard: { x: '*a'.repeat(20) } }),
    ],
    [
      'wildcards in a word',
      query({ query_string: { query: `b ${'*a'.repeat(21)}` } }),
      query({ query_string: { query: `b ${'*a'.repeat(20)}` } }),
    ],
    [
      'wildcards',
      query({ query_string: { query: 'a* '.repeat(2049), default_field: 'x' } }),
      query({ query_string: { query: 'a* '.repeat(2048), default_field: 'x' } }),
    ],
    [
      'wildcards in all fields',
      query({ query_string: { query: 'a* '.repeat(103) } }),
      query({ query_string: { query: 'a* '.repeat(102) } }),
    ],
    [
      'fuzzy words in several fields',
      query({ query_string: { query: 'a~2 '.repeat(100), fields: Array(22).fill('x') } }),
      query({ query_string: { query: 'a~2 '.repeat(100), fields: Array(20).fill('x') } }),
    ],
    [
      'fuzzy words of a match',
      query({ match: { x: { query: 'a '.repeat(2048), fuzziness: 2 } } }),
      query({ match: { x: { query: 'a '.repeat(2048) } } }),
    ],
    [
      'prefixes and fuzzy queries',
      query({ bool: { should: Array(2049).fill({ prefix: { x: 'a' } }) } }),
      query({ bool: { should: Array(1024).fill({ fuzzy: { x: { value: 'a' } } }) } }),
    ],
    ['wildcards of fields', { _source: '*'.repeat(21) }, { _source: '*'.repeat(20) }],
    ['prefix', query({ prefix: { x: 'a'.repeat(1001) } }), query({ prefix: { x: 'a'.repeat(1000) } })],
    [
      'expansions',
      query({ fuzzy: { x: { value: 'a', max_expansions: 1025 } } }),
      query({ fuzzy: { x: { value: 'a', max_expansions: 1024 } } }),
    ],
    [
      'query string',
      query({ query_string: { query: 'a '.repeat(32_769) } }),
      query({ query_string: { query: 'a '.repeat(32_768) } }),
    ],
    [
      'simple query string',
      query({ simple_query_string: { query: 'a '.repeat(5001) } }),
      query({ simple_query_string: { query: 'a '.repeat(5000) } }),
    ],
    [
      'fields',
      query({ multi_match: { query: 'x', fields: Array(101).fill('*') } }),
      query({ multi_match: { query: 'x', fields: Array(100).fill('*') } }),
    ],
    [
      'suggesters',
      { suggest: many(5, { text: 'x', term: { field: 'y' } }) },
      { suggest: many(3, { text: 'x', term: { field: 'y' } }) },
    ],
    ['text to suggest for', { suggest: { text: 'x'.repeat(201) } }, { suggest: { text: 'x'.repeat(200) } }],
    [
      'effort of suggesting',
      { suggest: { s: { phrase: { field: 'y', gram_size: 11 } } } },
      { suggest: { s: { phrase: { field: 'y', gram_size: 4 } } } },
    ],
    ['size', { size: '1001' }, { size: '1000' }],
    ['window', { size: 1000, from: 9001 }, { size: 1000, from: 9000 }],
  ])('on %s', (_name, beyond, ok) => {
    expect(refusal(beyond)).toMatchObject({
      kind: 'limit',
      status: 400,
      message: expect.stringMatching(/\d/),
    });
    expect(() => check(ok)).not.toThrow();
  });

  it('take time in proportion to the body, however it is made', () => {
    const bodies = [
      agg({ avg: {}, meta: JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`) }),
      query({ query_string: { query: '"\\"( '.repeat(13_000), analyzer: 'standard' } }),
      query({ query_string: { query: '/\\/( '.repeat(13_000), analyzer: 'standard' } }),
      query({ wildcard: { _index: '*'.repeat(1_000) } }),
      query({ [`${'a'.repeat(1_000_000)}`]: {} }),
      { aggs: many(30_000, { avg: {} }) },
    ];
    for (const body of bodies) {
      const start = process.cpuUsage();
      try {
        checkSearch(body, options);
      } catch (error) {
        expect(error).toBeInstanceOf(SearchRefusal);
        expect((error as Error).message.length).toBeLessThan(500);
      }
      // Of the processor, since the machine may be busy with other tests.
      expect(process.cpuUsage(start).user / 1_000).toBeLessThan(100);
    }
  });
});

describe('changes', () => {
  it.each<[sent: object, passedOn: object]>([
    [{}, {}],
    [{ size: -1, from: '-1' }, {}],
    [
      { size: 1, from: 0 },
      { size: 1, from: 0 },
    ],
    [
      agg({ terms: { field: 'x', size: 100_000, shard_size: 2_147_483_647 } }),
      agg({ terms: { field: 'x', size: 65_537, shard_size: 65_537 } }),
    ],
    [{ track_total_hits: 5 }, { track_total_hits: true }],
    [{ track_total_hits: 'false' }, { track_total_hits: false }],
    [{ timeout: '5ms' }, { timeout: '5ms' }],
    [{ timeout: '20s' }, {}],
    [{ timeout: -1 }, {}],
    [
      agg({ terms: { field: 'x', order: { _term: 'desc' } } }),
      agg({ terms: { field: 'x', order: { _key: 'desc' } } }),
    ],
    [
      agg({
        filter: { match_all: {} },
        aggs: { b: { terms: { field: 'x', order: [{ _count: 'asc' }, { _time: 'asc' }] } } },
      }),
      agg({
        filter: { match_all: {} },
        aggs: { b: { terms: { field: 'x', order: [{ _count: 'asc' }, { _key: 'asc' }] } } },
      }),
    ],
    ...[
      ['month', { calendar_interval: 'month' }],
      ['90m', { fixed_interval: '90m' }],
      [5_000, { fixed_interval: '5000ms' }],
    ].map(([interval, instead]): [object, object] => [
      agg({ date_histogram: { field: 'x', interval } }),
      agg({ date_histogram: { field: 'x', ...(instead as object) } }),
    ]),
    [
      agg({ composite: { sources: [{ d: { date_histogram: { field: 'x', interval: '1d' } } }] } }),
      agg({ composite: { sources: [{ d: { date_histogram: { field: 'x', calendar_interval: '1d' } } }] } }),
    ],
    [agg({ histogram: { field: 'x', interval: 5 } }), agg({ histogram: { field: 'x', interval: 5 } })],
    [
      { suggest: { s: { phrase: { field: 'y', direct_generator: [{ field: '_all' }] } } } },
      { suggest: { s: { phrase: { field: 'y', direct_generator: [{ field: '_routing' }] } } } },
    ],
    [
      query({ query_string: { query: 'x', split_on_whitespace: true, auto_generate_phrase_queries: true } }),
      query({ query_string: { query: 'x' } }),
    ],
    [
      query({
        query_string: {
          query: 'Firefox* -Beta* target.version:66.0A? OR "Two Words*" /A.*/ X',
          analyzer: 'standard',
        },
      }),
      query({
        query_string: {
          query: 'firefox* -beta* target.version:66.0a? OR "Two Words*" /A.*/ X',
          analyzer: 'standard',
        },
      }),
    ],
    [query({ query_string: { query: 'Firefox*' } }), query({ query_string: { query: 'Firefox*' } })],
    [
      query({ query_string: { query: 'Firefox* target.version:66*', analyzer: 'pattern' } }),
      query({ query_string: { query: 'firefox* target.version:66*' } }),
    ],
    [
      query({ query_string: { query: 'Firefox* "VERSION: 66*"', analyzer: 'pattern' } }),
      query({ query_string: { query: 'firefox* "VERSION: 66*"', analyzer: 'pattern' } }),
    ],
  ])('%j', (sent, passedOn) => {
    expect(check(sent).body).toEqual({ ...added, ...passedOn });
  });

  it.each([
    ['bool.filter', query({ bool: { filter: [{ bool: { must: [], should: [{ match_all: {} }] } }] } }), true],
    ['constant_score', query({ constant_score: { filter: { bool: { should: { match_all: {} } } } } }), true],
    ['a filter aggregation', agg({ filter: { bool: { should: [{ match_all: {} }] } } }), true],
    ['a query, where scores count', query({ bool: { must: [], should: [{ match_all: {} }] } }), false],
    ['post_filter, as in 6', { post_filter: { bool: { must: [], should: [{ match_all: {} }] } } }, false],
    [
      'bool.filter with its own minimum',
      query({ bool: { filter: { bool: { should: [{ match_all: {} }], minimum_should_match: 0 } } } }),
      false,
    ],
  ])('one of the `should` must match in %s', (_name, body, isNeeded) => {
    expect(JSON.stringify(check(body).body).includes('"minimum_should_match":1')).toBe(isNeeded);
  });

  it('a search is a part of all builds only if its client has set a time', () => {
    expect(check({ timeout: '10s' }).mayBePartial).toBe(true);
    for (const body of [{}, { timeout: '11s' }, { timeout: '0' }, { timeout: null }])
      expect(check(body).mayBePartial).toBe(false);
  });

  it('what Python takes for false is a search for everything', () => {
    for (const body of [null, [], {}, 0, '', false]) expect(check(body).body).toEqual(added);
  });
});
