import { Random } from '../../stack/samples/random.ts';

type Body = Record<string, unknown>;

const keywords = ['download.url', 'source.revision', 'build.id', 'target.version', 'target.locale', 'id'];
const numbers = ['download.size', 'build.date', 'download.date', 'build.number'];

/**
 * A search that is made to cost as much as it can: deep, wide, long, starred, bracketed, with buckets in buckets and
 * expensive metrics in each. About half of them are just below a limit. The same seed gives the same text.
 */
export function growSearch(seed: number): string {
  const random = new Random(seed);
  return text();

  function text(): string {
    return random.pick([
      () => JSON.stringify({ size: 0, aggs: aggregations(random.integer(1, 4)) }),
      () => JSON.stringify({ size: 0, aggs: aggregations(random.integer(1, 4)) }),
      () => JSON.stringify({ size: 0, aggs: wideAggregations() }),
      () => JSON.stringify({ size: size(), query: pattern() }),
      () => JSON.stringify({ query: { bool: { should: many(() => pattern(), 2_000) } } }),
      () => JSON.stringify({ size: size(), query: { query_string: queryString() } }),
      () => JSON.stringify({ query: { terms: { 'download.url': many(() => word(), 40_000) } } }),
      () => JSON.stringify({ size: size(), from: random.integer(0, 9_500), highlight: highlight() }),
      () => JSON.stringify({ size: size(), sort: sort(), explain: chance(50), query: pattern() }),
      () => rawText(),
    ])();
  }

  function sort(): Body {
    return Object.fromEntries(many((at) => [`a${at}`, { unmapped_type: 'long' }], pick([20, 17_000])));
  }

  function aggregations(depth: number): Body {
    const inside = depth === 0 ? {} : { aggs: aggregations(depth - 1) };
    const siblings = chance(80) ? 1 : random.integer(2, depth > 2 ? 2 : 30);
    const meta = chance(90) ? {} : { meta: 'm'.repeat(random.integer(1, 5_000)) };
    const name = chance(90) ? 'a' : 'n'.repeat(random.integer(1, 5_000));
    return Object.fromEntries(
      Array.from({ length: siblings }, (_, at) => [
        `${name}${at}`,
        depth === 0 ? { ...metric(), ...meta } : { ...buckets(), ...inside, ...meta },
      ]),
    );
  }

  function wideAggregations(): Body {
    const count = random.integer(2, 250);
    const make = random.pick([() => buckets(), () => metric()]);
    return Object.fromEntries(Array.from({ length: count }, (_, at) => [`a${at}`, make()]));
  }

  function buckets(): Body {
    const field = pick(keywords);
    const size = random.pick<number | string>([1, 10, 100, 1_000, 10_000, 100_000, 2_147_483_647, '65536d']);
    return random.pick<() => Body>([
      () => ({ terms: { field, size } }),
      () => ({ terms: { field, size: 10, shard_size: size } }),
      () => ({ terms: { field, size, min_doc_count: 0, order: { _key: 'desc' } } }),
      () => ({ terms: { field, size, order: { 'a0.value': 'desc' } } }),
      () => ({ terms: { field, size, include: regexp() } }),
      () => ({ composite: { size, sources: many(() => ({ s: { terms: { field } } }), 20) } }),
      () => ({
        date_histogram: {
          field: 'build.date',
          interval: pick(['1s', '1000ms', '60000ms', '999999micros', '1000MS', '1m', '1d', 'month']),
        },
      }),
      () => ({
        histogram: {
          field: 'download.size',
          interval: pick([1e-300, 0.001, 1, 1_000, 1e6]),
          min_doc_count: pick([0, 1]),
        },
      }),
      () => ({
        range: { field: 'download.size', ranges: many(() => ({ to: random.integer(1, 1e8) }), 1_000) },
      }),
      () => ({ filters: { filters: many(() => pattern(), 500) } }),
      () => ({
        date_histogram: {
          field: 'download.date',
          interval: pick(['1s', '1d', 'month', '1000000d']),
          extended_bounds: { min: -8e15, max: pick([0, 8e15]) },
        },
      }),
      () => ({ significant_terms: { field, size: Math.min(Number.parseInt(String(size), 10), 10_000) } }),
    ])();
  }

  function metric(): Body {
    const field = pick(numbers);
    const digits = random.integer(0, 5);
    return random.pick<() => Body>([
      () => ({
        percentiles: {
          field,
          hdr: { number_of_significant_value_digits: chance(90) ? digits : `${digits}d` },
          missing: pick([1e-9, 1, 1e15]),
        },
      }),
      () => ({ percentiles: { field, tdigest: { compression: pick([1, 100, 1_000, 100_000]) } } }),
      () => ({ percentile_ranks: { field, values: many(() => random.integer(0, 1e9), 1_000) } }),
      () => ({ cardinality: { field: pick(keywords), precision_threshold: pick([1, 100, 3_000, 40_000]) } }),
      () => ({ top_hits: { size: pick([1, 10, 100]), from: pick([0, 100, 9_000]), highlight: highlight() } }),
      () => ({ extended_stats: { field } }),
      () => ({ serial_diff: { buckets_path: '_count', lag: pick([1, 1_000, 2_147_483_647]) } }),
    ])();
  }

  function pattern(): Body {
    const stars = '*'.repeat(random.integer(1, 40));
    const field = pick([...keywords, '_index', '_id', 'build.cc']);
    const value = random.pick([
      `${stars}x`,
      `${'*a'.repeat(stars.length)}`,
      `${'?'.repeat(stars.length)}*`,
      `${word()}*`,
    ]);
    return random.pick<() => Body>([
      () => ({ wildcard: { [field]: value } }),
      () => ({ wildcard: { [field]: { value, case_insensitive: true } } }),
      () => ({ regexp: { [field]: { value: regexp(), flags: pick(['ALL', 'NONE']) } } }),
      () => ({ match: { [field]: { query: many(() => word(), 2_000).join('-'), fuzziness: 2 } } }),
      () => ({ prefix: { [field]: word().slice(0, random.integer(0, 3)) } }),
      () => ({ prefix: { [field]: long() } }),
      () => ({ match: { [field]: { query: long(), fuzziness: 'AUTO' } } }),
      () => ({
        multi_match: { query: long(), type: pick(['phrase_prefix', 'bool_prefix', 'cross_fields']) },
      }),
      () => ({ range: { [field]: { gte: long(), lte: long() } } }),
      () => ({ range: { 'build.date': { gte: 'x', format: many(() => 'dd Z', 100).join('||') } } }),
      () => ({
        fuzzy: { [field]: { value: word(), fuzziness: 2, max_expansions: pick([50, 1_024, 100_000]) } },
      }),
      () => ({ query_string: queryString() }),
      () => ({
        match_phrase_prefix: {
          'build.cc': { query: many(() => 'clang', 200).join(' '), max_expansions: 1_024 },
        },
      }),
    ])();
  }

  function regexp(): string {
    return random.pick([
      '(a|b|c|d|e)*'.repeat(random.integer(1, 80)),
      `(${'.*a'.repeat(random.integer(1, 100))})`,
      `[a-z]{1,${random.integer(1, 999)}}`.repeat(random.integer(1, 5)),
      `${'('.repeat(random.integer(1, 450))}a${')'.repeat(450)}`,
      `~(.*${'[0-9a-f]'.repeat(random.integer(1, 60))}.*)`,
      `${'('.repeat(3)}a${`{1,${random.integer(1, 40)}})`.repeat(3)}`,
      `${'('.repeat(12)}a${'+)'.repeat(12)}`,
      `(a*){1,${random.integer(1, 999)}}`,
      `${pick(['', '(', 'a|', 'a&', 'a~'])}${pick(['+', '*', '{1}'])}${`{1,${random.integer(1, 100)}}`.repeat(3)}`,
      `<(${pick(['[a[](', '[!-](]', '{9}'])}a{1,${random.integer(1, 100)}}){1,${random.integer(1, 100)}}>`,
      '.*',
    ]);
  }

  function queryString(): Body {
    const query = random.pick([
      () => '('.repeat(random.integer(1, 5_000)),
      () => `${'('.repeat(500)}a${')'.repeat(500)}`,
      () => many(() => `*${word().slice(0, 2)}*`, 1_200).join(' OR '),
      () => many(() => word(), 6_000).join(' '),
      () => many(() => '(a a a a)', 7_000).join(' '),
      () => `${long(pick([240, 900, 20_000]))}${pick(['*', '~2', '?', ''])}`,
      () => `[${long()} TO "${long()}"]`,
      () => many(() => `/${regexp()}/`, 80).join(' '),
      () => many(() => `${word()}~2`, 2_000).join(' '),
      () => many(() => `[${word()} TO *]`, 3_000).join(' OR '),
      () => `[${pick(['a"b', '"a"', '"a ]"'])} TO c] /${regexp()}/ "x"`,
      () => 'NOT '.repeat(random.integer(1, 10_000)),
      () => `"${many(() => 'clang', 5_000).join(' ')}"~1000`,
      () => many(() => '"', 30_000).join(''),
      () => '\\'.repeat(random.integer(1, 60_000)),
      () => `_index:${'*a'.repeat(random.integer(5, 20))}`,
      () => '_exists_:'.repeat(random.integer(1, 5_000)),
    ])();
    const fields = pick([
      {},
      { fields: [] },
      { default_field: pick(keywords) },
      { fields: many(() => pick(keywords), 100) },
    ]);
    return {
      query,
      ...fields,
      default_operator: pick(['AND', 'OR']),
      analyzer: pick(['standard', 'keyword']),
    };
  }

  function highlight(): Body {
    return {
      fields: { '*': { number_of_fragments: 100, fragment_size: 10_000, highlight_query: pattern() } },
    };
  }

  /** Texts that cost something before they are read as a search. */
  function rawText(): string {
    const depth = random.integer(10, 200_000);
    return random.pick([
      () => '['.repeat(depth),
      () => `${'['.repeat(depth)}${']'.repeat(depth)}`,
      () => `{${many((at) => `"a${at}":{}`, 40_000).join()}}`,
      () => ' '.repeat(random.integer(400_000, 600_000)),
    ])();
  }

  function word(): string {
    return pick([
      'firefox',
      'https://archive.mozilla.org/pub/firefox/',
      '2026',
      'linux-x86_64',
      'nightly',
      random.integer(0, 1e9).toString(16),
    ]);
  }

  /** One word of many different characters, just below the limit of a pattern or beyond. */
  function long(count = pick([80, 240, 900, 1_500])): string {
    const [first, different] = pick([
      [0x61, 26],
      [0x4e00, 150],
    ] as const);
    const start = random.integer(0, different);
    return String.fromCharCode(
      ...Array.from({ length: count }, (_, at) => first + ((start + 7 * at) % different)),
    );
  }

  function size(): unknown {
    return random.pick([0, 10, 1_000, 1_001, '1000', -1, 1e300]);
  }

  /** Up to so many; every third time as many. */
  function many<T>(make: (at: number) => T, most: number): T[] {
    const count = chance(33) ? most : random.integer(1, most);
    return Array.from({ length: count }, (_, at) => make(at));
  }

  function chance(percent: number): boolean {
    return random.integer(0, 99) < percent;
  }

  function pick<T>(list: readonly T[]): T {
    return list[random.integer(0, list.length - 1)] as T;
  }
}
