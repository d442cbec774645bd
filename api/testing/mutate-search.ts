import { Random } from '../../stack/samples/random.ts';

/** Words that mean something to somebody: names of queries, aggregations, options and fields, allowed or not. */
const words = [
  ...`query post_filter aggs aggregations sort _source highlight suggest rescore collapse from size timeout
      terminate_after min_score version explain profile stored_fields docvalue_fields track_total_hits search_after
      indices_boost script_fields runtime_mappings bool must should must_not filter minimum_should_match term terms
      match match_all range regexp wildcard prefix fuzzy query_string simple_query_string multi_match exists nested
      has_child script script_score function_score functions random_score percolate more_like_this like ids type
      common span_near span_multi boosting dis_max wrapper constant_score geo_distance geo_shape indexed_shape
      terms_set intervals filters global date_histogram histogram composite sources top_hits cardinality percentiles
      significant_terms significant_text scripted_metric bucket_sort derivative max_bucket moving_avg sampler
      interval order _term _key _count include exclude field fields missing format index _index _id _uid _type
      _score _doc _script inner_hits background_filter gte lte to value boost _name meta phrase direct_generator
      collate text indexName params hitsPerPage page facets facetFilters numericFilters facetName facetQuery
      maxValuesPerFacet maxFacetHits source.product target.version build.id build.date build.cc download.size download.date nope
      * __proto__ constructor a.b.c`.split(/\s+/),
  ...['', 'ü', '\u0000', '\ud800'],
];

const values: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1, 2, 10, 1000, 1001, 1e9, 2 ** 31, 2 ** 53, -(2 ** 63), 1e300, 0.5, -0.1],
  ...`0 -1 1001 1e3 abc * ? **?* .* [ ( (a|b)*c a{1000} .*.*.*x ~(a) /a/ a:b AND " \\ a~ _index:* _exists_:x now-1d/d
      yesterday 2019-13-45 1ms -5s 1h month 90m asc desc _all standard keyword ..`.split(/\s+/),
  ...[
    "'",
    "'/.*(a+)+b/",
    `'${'('.repeat(1500)}`,
    'target.os:',
    'target.os:win',
    'build.date>=1e99',
    ['download.date<5'],
  ],
  ...['', '[* TO *]', '\u0000', '\ud800', '😀', 'a'.repeat(1100), '*a'.repeat(30), 'x '.repeat(3000)],
  ...[[], {}, [null], [[]], [{}], { '': {} }, { match_all: {} }, { term: { 'target.channel': 'beta' } }],
  ...[{ script: { source: '1' } }, { index: 'other', id: '1', path: 'x' }, { field: 'build.id' }],
];

/** Searches as the page of this server sends them, to start from. */
export const pageSearches: readonly unknown[] = [
  [{ indexName: 'builds', params: { query: 'firefox 70', page: 1, hitsPerPage: 30, facets: ['target.os'] } }],
  [
    {
      indexName: 'builds_build.date_asc',
      params: {
        query: "'target.version:70.0 AND build.date:[2019-01-01 TO now]",
        facetFilters: [['target.os:win', 'target.os:linux'], 'source.product:firefox'],
        numericFilters: ['download.date>=1559000000000', 'build.date<=1660000000000'],
        maxValuesPerFacet: 50,
        facets: ['*'],
      },
    },
    { indexName: 'builds', params: { hitsPerPage: 0, facets: 'target.version', filters: 'target.os:win' } },
  ],
  [{ indexName: 'builds', params: { facetName: 'target.locale', facetQuery: 'en', maxFacetHits: 10 } }],
];

/**
 * A search with a few things changed: values and names replaced, parts removed, doubled, moved, put into one another.
 * The same seed gives the same text.
 *
 * @param bodies searches to start from, and to take parts from
 */
export function mutateSearch(bodies: readonly unknown[], seed: number): string {
  const random = new Random(seed);
  let body = structuredClone(pick(bodies));
  for (let count = random.integer(1, 3); count > 0; count--) body = change(body, 0);
  return spoil(JSON.stringify(body));

  function change(value: unknown, depth: number): unknown {
    // Mostly far inside: replacing a whole search tests little.
    if (chance(4 * depth) || typeof value !== 'object' || value === null || depth > 8) return replace(value);
    return Array.isArray(value) ? changeList(value, depth) : changeObject(value, depth);
  }

  function changeList(list: unknown[], depth: number): unknown {
    if (list.length === 0) return [replace(null)];
    const at = random.integer(0, list.length - 1);
    if (chance(15)) return list.toSpliced(at, 1);
    if (chance(15)) return [...list, ...list];
    return list.with(at, change(list[at], depth + 1));
  }

  function changeObject(object: object, depth: number): unknown {
    const entries = Object.entries(object);
    const at = random.integer(0, Math.max(0, entries.length - 1));
    const entry = entries[at];
    if (entry === undefined) return { [pick(words)]: replace(null) };
    const [key, member] = entry;
    if (chance(15)) return Object.fromEntries(entries.toSpliced(at, 1));
    const changed = change(member, depth + 1);
    if (chance(20)) return Object.fromEntries([...entries, [pick(words), changed]]);
    if (chance(20)) return Object.fromEntries(entries.with(at, [pick(words), member]));
    return Object.fromEntries(entries.with(at, [key, changed]));
  }

  function replace(value: unknown): unknown {
    const choice = random.integer(0, 99);
    if (choice < 50) return structuredClone(pick(values));
    if (choice < 65) return structuredClone(partOf(pick(bodies)));
    if (choice < 75) return [value];
    if (choice < 90) return { [pick(words)]: value };
    return pick(words);
  }

  function partOf(value: unknown): unknown {
    if (typeof value !== 'object' || value === null || chance(30)) return value;
    const members: unknown[] = Object.values(value);
    return members.length === 0 ? value : partOf(pick(members));
  }

  /** Now and then a change to the text itself, which need not be JSON after it. */
  function spoil(text: string): string {
    const choice = random.integer(0, 99);
    const at = random.integer(0, text.length);
    if (choice < 2) return text.slice(0, at);
    if (choice < 4) return text.slice(0, at) + text.slice(at + 1, at + 2) + text.slice(at + 1);
    if (choice < 6) return text.replace(/\d+/, 'NaN');
    if (choice < 7) return text.replace(/\d+/, '9'.repeat(400));
    if (choice < 8) return '['.repeat(2000) + text;
    return text;
  }

  function chance(percent: number): boolean {
    return random.integer(0, 99) < percent;
  }

  function pick<T>(list: readonly T[]): T {
    return list[random.integer(0, list.length - 1)] as T;
  }
}
