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
  return new Growth(random).text();
}

class Growth {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  text(): string {
    const grow = this.#random.pick([
      () => JSON.stringify({ size: 0, aggs: this.#aggregations(this.#random.integer(1, 4)) }),
      () => JSON.stringify({ size: 0, aggs: this.#aggregations(this.#random.integer(1, 4)) }),
      () => JSON.stringify({ size: 0, aggs: this.#wideAggregations() }),
      () => JSON.stringify({ size: this.#size(), query: this.#pattern(), sort: this.#sort() }),
      () => JSON.stringify({ query: { bool: { should: this.#many(() => this.#pattern(), 2_000) } } }),
      () => JSON.stringify({ query: this.#deepQuery() }),
      () => JSON.stringify({ size: this.#size(), query: { query_string: this.#queryString() } }),
      () => JSON.stringify({ query: { terms: { 'download.url': this.#many(() => this.#word(), 40_000) } } }),
      () =>
        JSON.stringify({
          size: this.#size(),
          from: this.#random.integer(0, 9_500),
          highlight: this.#highlight(),
        }),
      () => JSON.stringify(this.#suggest()),
      () => JSON.stringify({ size: this.#size(), rescore: this.#many(() => this.#rescore(), 20) }),
      () => this.#rawText(),
    ]);
    return grow();
  }

  #aggregations(depth: number): Body {
    const inside = depth === 0 ? {} : { aggs: this.#aggregations(depth - 1) };
    const siblings = this.#chance(80) ? 1 : this.#random.integer(2, depth > 2 ? 2 : 30);
    return Object.fromEntries(
      Array.from({ length: siblings }, (_, at) => [
        `a${at}`,
        depth === 0 ? this.#metric() : { ...this.#buckets(), ...inside },
      ]),
    );
  }

  #wideAggregations(): Body {
    const count = this.#random.integer(2, 250);
    const make = this.#random.pick([() => this.#buckets(), () => this.#metric()]);
    return Object.fromEntries(Array.from({ length: count }, (_, at) => [`a${at}`, make()]));
  }

  #buckets(): Body {
    const field = this.#pick(keywords);
    const size = this.#random.pick([1, 10, 100, 1_000, 10_000, 100_000, 2_147_483_647]);
    return this.#random.pick<() => Body>([
      () => ({ terms: { field, size } }),
      () => ({ terms: { field, size: 10, shard_size: size } }),
      () => ({ terms: { field, size, min_doc_count: 0, order: { _key: 'desc' } } }),
      () => ({ terms: { field, size, order: { 'a0.value': 'desc' } } }),
      () => ({ terms: { field, size, include: this.#regexp() } }),
      () => ({ composite: { size, sources: this.#many(() => ({ s: { terms: { field } } }), 20) } }),
      () => ({
        date_histogram: {
          field: 'build.date',
          interval: this.#pick(['1s', '1000ms', '60000ms', '1m', '1d', 'month']),
        },
      }),
      () => ({
        histogram: {
          field: 'download.size',
          interval: this.#pick([1e-300, 0.001, 1, 1_000, 1e6]),
          min_doc_count: this.#pick([0, 1]),
        },
      }),
      () => ({
        range: {
          field: 'download.size',
          ranges: this.#many(() => ({ to: this.#random.integer(1, 1e8) }), 1_000),
        },
      }),
      () => ({ filters: { filters: this.#many(() => this.#pattern(), 500) } }),
      () => ({
        date_histogram: {
          field: 'download.date',
          interval: this.#pick(['1s', '1d', 'month', '1000000d']),
          extended_bounds: { min: -8e15, max: this.#pick([0, 8e15]) },
        },
      }),
      () => ({ significant_terms: { field, size: Math.min(size, 10_000) } }),
    ])();
  }

  #metric(): Body {
    const field = this.#pick(numbers);
    const digits = this.#random.integer(0, 5);
    return this.#random.pick<() => Body>([
      () => ({
        percentiles: {
          field,
          hdr: { number_of_significant_value_digits: digits },
          missing: this.#pick([1e-9, 1, 1e15]),
        },
      }),
      () => ({ percentiles: { field, tdigest: { compression: this.#pick([1, 100, 1_000, 100_000]) } } }),
      () => ({ percentile_ranks: { field, values: this.#many(() => this.#random.integer(0, 1e9), 1_000) } }),
      () => ({
        cardinality: {
          field: this.#pick(keywords),
          precision_threshold: this.#pick([1, 100, 3_000, 40_000]),
        },
      }),
      () => ({
        top_hits: {
          size: this.#pick([1, 10, 100]),
          from: this.#pick([0, 100, 9_000]),
          highlight: this.#highlight(),
        },
      }),
      () => ({ extended_stats: { field } }),
      () => ({ serial_diff: { buckets_path: '_count', lag: this.#pick([1, 1_000, 2_147_483_647]) } }),
      () => ({ moving_avg: { buckets_path: '_count', window: 2 ** this.#random.integer(1, 30) } }),
    ])();
  }

  #pattern(): Body {
    const stars = '*'.repeat(this.#random.integer(1, 40));
    const field = this.#pick([...keywords, '_index', '_id', 'build.cc']);
    const value = this.#random.pick([
      `${stars}x`,
      `${'*a'.repeat(stars.length)}`,
      `${'?'.repeat(stars.length)}*`,
      `${this.#word()}*`,
    ]);
    return this.#random.pick<() => Body>([
      () => ({ wildcard: { [field]: value } }),
      () => ({ wildcard: { [field]: { value, case_insensitive: true } } }),
      () => ({ regexp: { [field]: this.#regexp() } }),
      () => ({ prefix: { [field]: this.#word().slice(0, this.#random.integer(0, 3)) } }),
      () => ({
        fuzzy: {
          [field]: { value: this.#word(), fuzziness: 2, max_expansions: this.#pick([50, 1_024, 100_000]) },
        },
      }),
      () => ({ query_string: this.#queryString() }),
      () => ({
        match_phrase_prefix: {
          'build.cc': { query: this.#many(() => 'clang', 200).join(' '), max_expansions: 1_024 },
        },
      }),
    ])();
  }

  #regexp(): string {
    return this.#random.pick([
      '(a|b|c|d|e)*'.repeat(this.#random.integer(1, 80)),
      `(${'.*a'.repeat(this.#random.integer(1, 100))})`,
      `[a-z]{1,${this.#random.integer(1, 999)}}`.repeat(this.#random.integer(1, 5)),
      `${'('.repeat(this.#random.integer(1, 450))}a${')'.repeat(450)}`,
      `~(.*${'[0-9a-f]'.repeat(this.#random.integer(1, 60))}.*)`,
      `${'('.repeat(3)}a${`{1,${this.#random.integer(1, 40)}})`.repeat(3)}`,
      `${'('.repeat(12)}a${'+)'.repeat(12)}`,
      `(a*){1,${this.#random.integer(1, 999)}}`,
      '.*',
    ]);
  }

  #queryString(): Body {
    const query = this.#random.pick([
      () => '('.repeat(this.#random.integer(1, 5_000)),
      () => `${'('.repeat(500)}a${')'.repeat(500)}`,
      () => this.#many(() => `*${this.#word().slice(0, 2)}*`, 1_200).join(' OR '),
      () => this.#many(() => this.#word(), 6_000).join(' '),
      () => this.#many(() => `/${this.#regexp()}/`, 80).join(' '),
      () => this.#many(() => `${this.#word()}~2`, 2_000).join(' '),
      () => this.#many(() => `[${this.#word()} TO *]`, 3_000).join(' OR '),
      () => 'NOT '.repeat(this.#random.integer(1, 10_000)),
      () => `"${this.#many(() => 'clang', 5_000).join(' ')}"~1000`,
      () => this.#many(() => '"', 30_000).join(''),
      () => '\\'.repeat(this.#random.integer(1, 60_000)),
      () => `_index:${'*a'.repeat(this.#random.integer(5, 20))}`,
      () => '_exists_:'.repeat(this.#random.integer(1, 5_000)),
    ])();
    const fields = this.#chance(50) ? { fields: this.#many(() => this.#pick(keywords), 100) } : {};
    return {
      query,
      ...fields,
      default_operator: this.#pick(['AND', 'OR']),
      analyzer: this.#pick(['standard', 'keyword']),
    };
  }

  #deepQuery(): unknown {
    let query: unknown = { match_all: {} };
    const clause = this.#pick(['must', 'should', 'filter', 'must_not']);
    for (let depth = this.#random.integer(5, 200); depth > 0; depth--)
      query = { bool: { [clause]: [query, query].slice(0, depth < 10 ? 2 : 1) } };
    return query;
  }

  #highlight(): Body {
    return {
      fields: { '*': { number_of_fragments: 100, fragment_size: 10_000, highlight_query: this.#pattern() } },
    };
  }

  #rescore(): Body {
    return { window_size: this.#pick([10, 10_000]), query: { rescore_query: this.#pattern() } };
  }

  #suggest(): Body {
    const suggester = {
      term: {
        field: this.#pick(keywords),
        size: 1_000,
        max_edits: 2,
        prefix_length: 0,
        max_inspections: 1_000,
        suggest_mode: 'always',
      },
    };
    const text = this.#many(() => this.#word(), 80)
      .join(' ')
      .slice(0, this.#random.integer(10, 600));
    return { suggest: { text, ...Object.fromEntries(this.#many((at) => [`s${at}`, suggester], 12)) } };
  }

  #sort(): unknown {
    return this.#many(() => ({ [this.#pick([...keywords, ...numbers])]: 'desc' }), 110);
  }

  /** Texts that cost something before they are read as a search. */
  #rawText(): string {
    const depth = this.#random.integer(10, 200_000);
    return this.#random.pick([
      () => '['.repeat(depth),
      () => `{"a":`.repeat(depth),
      () => `${'['.repeat(depth)}${']'.repeat(depth)}`,
      () => `{"size":${'9'.repeat(depth)}}`,
      () => `{${this.#many((at) => `"a${at}":{}`, 40_000).join()}}`,
      () => `{"meta":${'"\\u0041'.repeat(20_000)}"}`,
      () =>
        `{"aggs":{"a":{"terms":{"field":"id"},"meta":${'{"a":'.repeat(90)}${JSON.stringify(this.#many(() => ({}), 60_000))}${'}'.repeat(90)}}}}`,
      () => ' '.repeat(this.#random.integer(400_000, 600_000)),
    ])();
  }

  #word(): string {
    return this.#pick([
      'firefox',
      'https://archive.mozilla.org/pub/firefox/',
      '2026',
      'linux-x86_64',
      'nightly',
      this.#random.integer(0, 1e9).toString(16),
    ]);
  }

  #size(): unknown {
    return this.#random.pick([0, 10, 1_000, 1_001, '1000', -1, 1e300]);
  }

  /** Up to so many; every third time as many. */
  #many<T>(make: (at: number) => T, most: number): T[] {
    const count = this.#chance(33) ? most : this.#random.integer(1, most);
    return Array.from({ length: count }, (_, at) => make(at));
  }

  #chance(percent: number): boolean {
    return this.#random.integer(0, 99) < percent;
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#random.integer(0, list.length - 1)] as T;
  }
}
