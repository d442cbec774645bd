import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../config/config.ts';
import { thrownBy } from '../../tests/fixture/thrown-by.ts';
import { HttpProblem } from '../openapi/http-problem.ts';
import { checkSearch } from './check-search.ts';

const config = loadConfig({});
/** What every search gets. */
const added = { track_total_hits: true, timeout: '10000ms' };

const check = (body: unknown) => checkSearch(structuredClone(body), config);

/** The refusal of a search, which must be refused. */
const refusal = (body: unknown) => thrownBy(HttpProblem, () => check(body));

const query = (value: unknown) => ({ query: value });
const agg = (value: unknown) => ({ aggs: { a: value } });
const nested = (depth: number, inner: unknown, wrap: (value: unknown) => unknown): unknown =>
  depth === 0 ? inner : wrap(nested(depth - 1, inner, wrap));
const many = (count: number, value: unknown) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`n${at}`, value]));

describe('what is not in the table', () => {
  it.each([
    [query({ bool: { must: [{ script: { script: '1' } }] } }), 'query.bool.must.0.script'],
    [query({ function_score: { functions: [{ script_score: 'x' }] } }), 'functions.0.script_score'],
    [query({ terms: { x: { index: 'other', id: '1', path: 'y' } } }), 'query.terms.x.index'],
    [query({ wildcard: { _index: `${'*'.repeat(28)}x` } }), 'query.wildcard._index'],
    [query({ exists: { field: '_field_names' } }), 'query.exists.field'],
    [JSON.parse('{"query": {"__proto__": {}}}'), 'query.__proto__'],
    [{ script_fields: { x: { script: '1' } } }, 'script_fields'],
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
    [query('match_all'), 'query'],
    [query([{ match_all: {} }]), 'query'],
    [query({ bool: [] }), 'query.bool'],
    [agg({}), 'aggs.a'],
    [agg({ terms: { field: 'x' }, avg: { field: 'y' } }), 'aggs.a'],
    [agg({ terms: { field: ['x'] } }), 'aggs.a.terms.field'],
    [agg({ terms: { field: 'x', order: { a: { script: '1' } } } }), 'aggs.a.terms.order.a'],
    [{ aggs: [1] }, 'aggs'],
    [{ size: '1e' }, 'size'],
    [{ from: 0.5 }, 'from'],
    [{ timeout: 'soon' }, 'timeout'],
    [[1], ''],
    ['x', ''],
    // Numbers that only Java reads, which no limit counts.
    [agg({ terms: { field: 'x', size: '65536d' } }), 'Must be a number'],
    [agg({ terms: { field: 'x', shard_size: '65536f' } }), 'Must be a number'],
    [agg({ composite: { size: '10000d', sources: [] } }), 'Must be a number'],
    [agg({ percentiles: { hdr: { number_of_significant_value_digits: '5d' } } }), 'Must be a number'],
    [agg({ top_hits: { from: '0x1p9' } }), 'Must be a number'],
  ])('%j is not a search', (body, words) => {
    expect(refusal(body)).toMatchObject({
      kind: 'syntax',
      status: 400,
      message: expect.stringContaining(words),
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
    query({ multi_match: { query: 'y', fields: ['x'], auto_generate_synonyms_phrase_query: true } }),
  ])('%j is in it', (body) => {
    expect(() => check(body)).not.toThrow();
  });
});

describe('limits', () => {
  const inBool = (value: unknown) => ({ bool: { must: [value] } });
  const inFilter = (value: unknown) => ({ filter: { match_all: {} }, aggs: { a: value } });
  const terms = (size: number, b: object, more = {}) => ({
    terms: { field: 'x', size, ...more },
    aggs: { b },
  });
  const inRange = (a: unknown) => ({
    range: { field: 'x', ranges: Array(25).fill({ to: 1 }) },
    aggs: { a },
  });
  const dates = (interval: string, b: object = { percentiles: { field: 'y' } }) =>
    agg({ date_histogram: { field: 'x', interval }, aggs: { b } });
  const hdr = (digits: number) => ({
    percentiles: { field: 'y', hdr: { number_of_significant_value_digits: digits } },
  });
  const percentiles = { percentiles: { field: 'y' } };
  const topHits = { terms: { field: 'x', size: 100 }, aggs: { b: { top_hits: {} } } };
  const text = (words: string, options = {}) => query({ query_string: { query: words, ...options } });
  const inField = { default_field: 'x' };
  const should = (count: number, value: object) => query({ bool: { should: Array(count).fill(value) } });
  const include = (regexp: string) => ({ terms: { field: 'x', include: regexp } });
  const prefixIn = (fields: string[]) => ({
    multi_match: { query: 'a'.repeat(1_000), type: 'phrase_prefix', fields },
  });
  const sort = (count: number) => ({ sort: [many(count, 'asc')] });
  const repeating = (length: number) => {
    const long = 'x'.repeat(length);
    return { filter: { match_all: {} }, aggs: { [long]: { avg: { missing: long }, meta: { long } } } };
  };
  const newest = { top_hits: { size: 1 } };
  const regexp = (x: unknown) => query({ regexp: { x } });

  /** What makes a search of a number, the largest number that is within the limit, and one just beyond it. */
  it.each<[name: string, make: (n: number) => unknown, ok: number, beyond: number]>([
    ['query depth', (n) => query(nested(n, { match_all: {} }, inBool)), 29, 30],
    ['queries', (n) => should(n, { match_all: {} }), 9_999, 10_000],
    ['depth of JSON', (n) => agg({ max: {}, meta: nested(n, 1, (value) => [value]) }), 90, 101],
    ['aggregation depth', (n) => agg(nested(n, { avg: {} }, inFilter)), 9, 10],
    ['aggregations', (n) => ({ aggs: many(n, { avg: {} }) }), 200, 201],
    ['buckets', (n) => agg({ significant_terms: { field: 'x', size: n } }), 10_000, 10_001],
    ['buckets of composite', (n) => agg({ composite: { size: `${n}`, sources: [] } }), 10_000, 10_001],
    ['hits in buckets', (n) => agg(terms(n, { top_hits: { size: 100 } })), 163, 164],
    ['hits in the buckets of several aggregations', (n) => ({ aggs: many(n, topHits) }), 53, 54],
    ['hits to explain', (n) => ({ explain: true, size: n, aggs: many(90, { avg: {} }) }), 100, 1000],
    ['hits to explain in buckets', (n) => agg(terms(n, { top_hits: { explain: 'true' } })), 100, 3_000],
    ['what buckets repeat', (n) => agg(terms(1_000, repeating(n))), 20_000, 23_000],
    ['digits of percentiles', (n) => agg(hdr(n)), 3, 4],
    ['accuracy of percentiles', (n) => agg({ percentiles: { tdigest: { compression: n } } }), 1000, 1e6],
    ['memory of percentiles', (n) => agg(terms(n, hdr(3))), 100, 130],
    ['memory of percentiles in all levels', (n) => agg(terms(100, terms(n, hdr(2)))), 10, 100],
    ['memory of percentiles on a shard', (n) => agg(terms(10, hdr(2), { shard_size: n })), 900, 1e9],
    ['memory of fixed buckets', (n) => agg(nested(n, { avg: {} }, inRange)), 3, 4],
    ['memory of buckets', (n) => ({ aggs: many(n, { terms: { size: 100_000 } }) }), 3, 5],
    ['memory of cardinality', (n) => agg(terms(n, { cardinality: { field: 'y' } })), 53_000, 54_000],
    ['buckets that a pipeline looks back over', (n) => agg({ serial_diff: { lag: n } }), 30, 2_147_483_647],
    ['length of a regular expression', (n) => regexp({ value: 'a'.repeat(n) }), 1000, 1001],
    ['length of a regular expression of include', (n) => agg(include('a'.repeat(n))), 1000, 1001],
    ['regular expressions', (n) => ({ aggs: many(n, include('a')) }), 50, 51],
    ['regular expressions in a text', (n) => text(' /a/'.repeat(n), inField), 50, 51],
    ['regular expressions within words', (n) => text('a/b/c/d/'.repeat(n), inField), 25, 26],
    ['repetitions in a regular expression', (n) => regexp(`((a{1,${n}}){1,${n}}){1,${n}}`), 6, 100],
    ['repetitions in a text', (n) => text(`x:/${'('.repeat(n)}a${'+)'.repeat(n)}+/`), 1, 11],
    ['states of regular expressions', (n) => should(n, { regexp: { x: '(a?){250}' } }), 12, 13],
    ['states of regular expressions in all fields', (n) => text('/a/ '.repeat(n)), 10, 11],
    ['wildcards in a pattern', (n) => query({ wildcard: { x: { value: '*a'.repeat(n) } } }), 20, 21],
    ['wildcards in a word', (n) => text(`b ${'*a'.repeat(n)}`), 20, 21],
    ['wildcards', (n) => text('a* '.repeat(n), inField), 2048, 2049],
    ['wildcards in all fields', (n) => text('a* '.repeat(n)), 102, 103],
    ['wildcards of fields', (n) => ({ _source: '*'.repeat(n) }), 20, 21],
    ['fields that a text names', (n) => text(`${'a* '.repeat(n)} build.\\*:a`, inField), 101, 102],
    ['fuzzy words and ranges', (n) => text('a~ [a TO b] '.repeat(512), { fields: Array(n).fill('x') }), 2, 3],
    [
      'fuzzy words of a match',
      (n) => should(n, { match: { x: { query: 'a-é'.repeat(64), fuzziness: 2 } } }),
      16,
      17,
    ],
    ['queries with a name', (n) => should(n, { term: { x: 'y', _name: 'n' } }), 100, 101],
    ['length of a name', (n) => query({ match: { x: { query: 'y', _name: 'n'.repeat(n) } } }), 200, 201],
    ['length of a tag', (n) => ({ highlight: { fields: {}, pre_tags: ['<'.repeat(n)] } }), 200, 201],
    ['length of a format', (n) => agg({ date_histogram: { field: 'x', format: 'y'.repeat(n) } }), 200, 201],
    ['length of what is missing', (n) => ({ sort: { x: { missing: '9'.repeat(n) } } }), 200, 201],
    ['prefixes', (n) => should(n, { prefix: { x: 'a' } }), 2048, 2049],
    ['fuzzy queries', (n) => should(n, { fuzzy: { x: { value: 'a' } } }), 2048, 2049],
    ['phrases with a prefix', (n) => should(n, { match_phrase_prefix: { 'build.id': '2' } }), 2048, 2049],
    ['length of a prefix', (n) => query({ prefix: { x: 'a'.repeat(n) } }), 1000, 1001],
    ['expansions', (n) => query({ fuzzy: { x: { value: 'a', max_expansions: n } } }), 1024, 1025],
    ['query string', (n) => text('a '.repeat(n), inField), 32_768, 32_769],
    ['words in all fields', (n) => text('a '.repeat(n)), 3_276, 3_277],
    ['words in an empty list of fields', (n) => text('a '.repeat(n), { fields: [] }), 3_276, 3_277],
    ['words of a multi_match', (n) => query({ multi_match: { query: 'a '.repeat(n) } }), 3_276, 3_277],
    ['length of a word with a wildcard', (n) => text(`${'a'.repeat(n)}*`, inField), 999, 1000],
    ['length of a word with spaces of its own', (n) => text(`${'\u00a0a\\ '.repeat(n)}*`, inField), 249, 250],
    ['length of a fuzzy word', (n) => text(`${'a'.repeat(n)}~`, inField), 249, 250],
    ['length of a range in a text', (n) => text(`["${'a ('.repeat(n)}" TO b]`, inField), 664, 665],
    ['length of bounds', (n) => query({ range: { x: { gte: 'a'.repeat(n) } } }), 1000, 1001],
    ['length of the format of a range', (n) => query({ range: { x: { format: 'y'.repeat(n) } } }), 200, 201],
    ['length of a fuzzy term', (n) => query({ fuzzy: { x: 'a'.repeat(n) } }), 250, 251],
    ['characters of patterns', (n) => should(n, { prefix: { x: 'a'.repeat(1_000) } }), 32, 33],
    ['characters of bounds', (n) => should(n, { range: { x: { lt: 'a'.repeat(1_000) } } }), 32, 33],
    ['characters of patterns in all fields', (n) => text(`${'a'.repeat(99)}* `.repeat(n)), 16, 17],
    ['prefix in several fields', (n) => query(prefixIn(Array(n).fill('build.id'))), 32, 33],
    [
      'simple query string',
      (n) => query({ simple_query_string: { query: 'a '.repeat(n), fields: ['x'] } }),
      5000,
      5001,
    ],
    ['fields', (n) => query({ multi_match: { query: 'x', fields: Array(n).fill('*') } }), 100, 101],
    ['suggesters', (n) => ({ suggest: many(n, { text: 'x', term: { field: 'y' } }) }), 3, 5],
    ['text to suggest for', (n) => ({ suggest: { text: 'x'.repeat(n) } }), 200, 201],
    ['effort of suggesting', (n) => ({ suggest: { s: { phrase: { gram_size: n } } } }), 4, 11],
    [
      'fields to sort by',
      (n) => ({ sort: many(n, 'asc'), aggs: { a: { top_hits: sort(n) }, b: { bucket_sort: sort(n) } } }),
      6,
      7,
    ],
    ['size', (n) => ({ size: `${n}` }), 1000, 1001],
    ['window', (n) => ({ size: 1000, from: n }), 9000, 9001],
  ])('on %s', (_name, make, ok, beyond) => {
    expect(refusal(make(beyond))).toMatchObject({
      kind: 'limit',
      status: 400,
      message: expect.stringMatching(/\d/),
    });
    expect(() => check(make(ok))).not.toThrow();
  });

  it.each<[name: string, beyond: unknown, ok: unknown]>([
    [
      'memory of what buckets are in the order of, in all that there are',
      agg(terms(10, percentiles, { order: { 'b.50': 'desc' } })),
      agg(terms(10, { max: { field: 'y' } }, { order: { b: 'desc' } })),
    ],
    [
      'memory of hits beside what buckets are in the order of',
      agg({ terms: { order: { 'c>d.value': 'desc' } }, aggs: { c: newest } }),
      agg({ terms: { order: [{ b: 'desc' }] }, aggs: { b: { max: {} }, c: newest } }),
    ],
    ['memory of hits of each hour', dates('hour', newest), dates('day', newest)],
    ['memory of medians of each hour', dates('hour'), dates('day')],
    [
      'memory of unique counts, as dashboards ask for them',
      dates('hour', { cardinality: { field: 'y', precision_threshold: 40_000 } }),
      dates('day', { cardinality: { field: 'y' } }),
    ],
    [
      'memory of unique counts that buckets are in the order of',
      agg(terms(10, { cardinality: { field: 'y', precision_threshold: 40_000 } }, { order: { b: 'desc' } })),
      agg(terms(10, { cardinality: { field: 'y' } }, { order: { b: 'desc' } })),
    ],
    ['memory of a histogram', dates('1000ms'), dates('month')],
    ['memory of intervals in microseconds', dates('999999micros'), dates('month')],
    ['memory of intervals in capitals', dates('999MS'), dates('month')],
    ['regular expressions of an endless size', regexp(`(a{${'9'.repeat(400)}}){1}`), regexp('a{9}')],
    ['regular expressions, outside of quotes', text(' /a/'.repeat(51)), text('"https://x/y" '.repeat(51))],
  ])('on %s', (_name, beyond, ok) => {
    expect(refusal(beyond)).toMatchObject({ kind: 'limit', status: 400 });
    expect(() => check(ok)).not.toThrow();
  });

  it('on hits are refused in the words of Buildhub2', () => {
    expect(refusal({ size: '1001' }).message).toBe('Search size too large (1001)');
    expect(refusal({ size: 1000, from: 10_000 }).message).toContain('less than or equal to: [10000]');
  });

  it('on none of the buckets of terms, which clients ask for "all" of', () => {
    expect(() => check(agg({ terms: { field: 'x', size: 2_147_483_647 } }))).not.toThrow();
  });

  it('take time in proportion to the body, however it is made', () => {
    const bodies = [
      agg({ avg: {}, meta: JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`) }),
      query({ query_string: { query: '"\\"( '.repeat(13_000), analyzer: 'standard' } }),
      query({ query_string: { query: '/\\/( '.repeat(13_000), analyzer: 'standard' } }),
      query({ query_string: { query: '[["\\"] '.repeat(9_000) } }),
      query({ bool: { should: Array(50).fill({ regexp: { x: `${'['.repeat(400)}${'*'.repeat(600)}` } }) } }),
      query({ wildcard: { _index: '*'.repeat(1_000) } }),
      query({ [`${'a'.repeat(1_000_000)}`]: {} }),
      { aggs: many(30_000, { avg: {} }) },
    ];
    for (const body of bodies) {
      const start = process.cpuUsage();
      try {
        checkSearch(body, config);
      } catch (error) {
        expect(error).toBeInstanceOf(HttpProblem);
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
    [
      { size: 1, from: 0 },
      { size: 1, from: 0 },
    ],
    [
      agg({ terms: { field: 'x', size: 100_000, shard_size: 2_147_483_647 } }),
      agg({ terms: { field: 'x', size: 65_537, shard_size: 65_537 } }),
    ],
    [
      { sort: [{ 'build.date': 'desc' }, { _id: 'asc' }, '_id'] },
      { sort: [{ 'build.date': 'desc' }, { id: 'asc' }, 'id'] },
    ],
    [agg({ cardinality: { field: '_id' } }), agg({ cardinality: { field: 'id' } })],
    [agg({ terms: { field: 'x', collect_mode: 'depth_first' } }), agg({ terms: { field: 'x' } })],
    [{ track_total_hits: 5 }, { track_total_hits: true }],
    [{ track_total_hits: 'false' }, { track_total_hits: false }],
    [{ timeout: '5ms' }, { timeout: '5ms' }],
    [{ timeout: '20s' }, {}],
    [{ timeout: -1 }, {}],
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
      [null, { fixed_interval: null }],
    ].map(([interval, instead]): [object, object] => [
      agg({ date_histogram: { field: 'x', interval } }),
      agg({ date_histogram: { field: 'x', ...(instead as object) } }),
    ]),
    [
      query({ range: { x: { from: 1, to: 2, include_upper: 'false', boost: 1 } } }),
      query({ range: { x: { gte: 1, lt: 2, boost: 1 } } }),
    ],
    [
      query({ range: { x: { gte: 1546300800123.456, lt: 1546300800123, from: 1.5 } } }),
      query({ range: { x: { gte: '1.5', lt: 1546300800123 } } }),
    ],
    [
      query({ multi_match: { query: 'x', fields: ['y'], use_dis_max: true } }),
      query({ multi_match: { query: 'x', fields: ['y'] } }),
    ],
    [
      { highlight: { fields: { '*': { no_match_size: 1e9 } }, fragment_size: 2_147_483_647 } },
      { highlight: { fields: { '*': { no_match_size: 10_000 } }, fragment_size: 10_000 } },
    ],
    [
      query({
        match_phrase_prefix: { 'source.product': { query: 'fire', slop: 1, max_expansions: 9, boost: 2 } },
      }),
      query({ prefix: { 'source.product': { value: 'fire', boost: 2 } } }),
    ],
    [
      query({
        multi_match: { query: 'fi', type: 'phrase_prefix', fields: ['source.product', 'build.as.keyword^2'] },
      }),
      query({
        dis_max: {
          queries: [
            { prefix: { 'source.product': { value: 'fi' } } },
            { prefix: { 'build.as.keyword': { value: 'fi', boost: '2' } } },
          ],
        },
      }),
    ],
    ...[
      ["YYYY-MM-dd'T'HH||epochMillis||'MM'YY", "yyyy-MM-dd'T'HH||yyyy-M-d'T'H||epoch_millis||'MM'yy"],
      ["xxxx-'W'ww||mmZ'Z'", "YYYY-'W'ww||mmZ'Z'||mmXX'Z'||mmXXX'Z'"],
      ['dd.MM.yyyy', 'dd.MM.yyyy||d.M.yyyy'],
      ['HHZZ||HHZZZ', 'HHxxx||HHXX||HHXXX||HHZZZ'],
      ['strictDateOptionalTime||basicTTimeNoMillis', 'strict_date_optional_time||basic_t_time_no_millis'],
      ...['yyyyMdd', '8YYYY', '#,##0.00', 'date_time', 'epoch_millis'].map((same) => [same, same]),
      ['use_field_mapping', undefined],
    ].map(([format, instead]): [object, object] => [
      {
        docvalue_fields: ['x', { field: 'x', format }],
        ...query({ range: { x: { gt: 1, format } } }),
        ...agg({ date_range: { field: 'x', format, ranges: [] } }),
      },
      {
        docvalue_fields: ['x', { field: 'x', format: instead }],
        ...query({ range: { x: { gt: 1, format: instead } } }),
        ...agg({ date_range: { field: 'x', format: instead, ranges: [] } }),
      },
    ]),
    [
      query({ bool: { must: [], adjust_pure_negative: true, disable_coord: true } }),
      query({ bool: { must: [], adjust_pure_negative: true } }),
    ],
    [query({ ids: { type: ['doc'], values: ['1'] } }), query({ ids: { values: ['1'] } })],
    [
      query({ regexp: { x: { value: 'a', max_determinized_states: 1e9, rewrite: 'scoring_boolean' } } }),
      query({ regexp: { x: { value: 'a' } } }),
    ],
    ...['prefix', 'wildcard'].map((type): [object, object] => [
      query({ [type]: { x: { value: 'a', rewrite: 'scoring_boolean' } } }),
      query({ [type]: { x: { value: 'a' } } }),
    ]),
    [
      query({ query_string: { query: 'a', max_determinized_states: 1e9, rewrite: 'scoring_boolean' } }),
      query({ query_string: { query: 'a' } }),
    ],
    [{ stats: ['s'], indices_boost: { buildhub2: 2 } }, { indices_boost: [{ buildhub2: 2 }] }],
    [
      {
        highlight: {
          phrase_limit: 1,
          fields: { x: { force_source: true, matched_fields: ['x'], type: 'plain' } },
        },
      },
      { highlight: { fields: { x: { type: 'plain' } } } },
    ],
    ...['match', 'fuzzy'].map((type): [object, object] => [
      query({ [type]: { x: { fuzziness: 1, rewrite: 'r', fuzzy_rewrite: 'r', cutoff_frequency: 1 } } }),
      query({ [type]: { x: { fuzziness: 1 } } }),
    ]),
    [query({ query_string: { query: 'a', all_fields: true } }), query({ query_string: { query: 'a' } })],
    [agg({ histogram: { field: 'x', interval: 5 } }), agg({ histogram: { field: 'x', interval: 5 } })],
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

  it('whole numbers beyond 2^53 keep every digit and are numbers, not objects', () => {
    const long = JSON.rawJSON('9223372036854775807');
    const passedOn = checkSearch({ search_after: [long], query: { term: { x: long } } }, config).body;
    expect(JSON.stringify(passedOn)).toContain('"search_after":[9223372036854775807]');
    expect(JSON.stringify(passedOn)).toContain('{"x":9223372036854775807}');
    const dates = agg({ date_histogram: { field: 'x', interval: JSON.rawJSON('5.0') } });
    expect(JSON.stringify(checkSearch(dates, config).body)).toContain('"fixed_interval":"5ms"');
    for (const body of [
      ...[long, { size: long }, { from: long }, { timeout: long }, { query: long }, { aggs: long }],
      agg({ percentiles: { field: 'x', hdr: { number_of_significant_value_digits: long } } }),
      query({ multi_match: { query: 'x '.repeat(2_049), fields: [long], fuzziness: 1 } }),
    ])
      expect(() => checkSearch(body, config)).toThrow(HttpProblem);
    for (const body of [
      agg({ date_histogram: { field: long, interval: long } }),
      query({ match: { x: { query: long, fuzziness: long } } }),
      query({ query_string: { query: long, fields: [long] } }),
      ...[{ sort: [long] }, { _source: long }, agg({ terms: { field: 'x', size: long, order: long } })],
    ])
      try {
        checkSearch(body, config);
      } catch (error) {
        expect(error).toBeInstanceOf(HttpProblem);
      }
  });

  it('what Python takes for false is a search for everything, and left out as a member', () => {
    for (const body of [null, [], {}, 0, '', false]) {
      expect(check(body).body).toEqual(added);
      const members = { aggs: body, aggregations: body, sort: body, script_fields: body };
      expect(check(members).body).toEqual(added);
    }
    for (const _source of [null, {}]) expect(check({ _source }).body).toEqual(added);
    for (const _source of [false, [], '']) expect(check({ _source }).body).toEqual({ ...added, _source });
  });
});
