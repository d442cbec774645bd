/**
 * What one search may cost. Each number is far above what known clients need, and low enough that a search at the
 * limit does no harm to an Elasticsearch with a heap of 512 MB. The response to a search that asks for more names the limit.
 */
export const searchLimits = {
  /** Bytes of the request body. Known clients send some thousands; V8 parses a megabyte of members in 150 ms. */
  bodyBytes: 524_288,
  /** Objects and arrays inside one another in the body. */
  jsonDepth: 100,
  /** Objects and arrays in a large body: more than as many queries as a search may have. */
  jsonValues: 25_000,
  /** Queries inside one another: `indices.query.bool.max_nested_depth` of Elasticsearch. */
  queryDepth: 30,
  /** Queries in all of a search. */
  queries: 10_000,
  /** Regular expressions in all of a search, those in the text of a `query_string` included. */
  regexps: 50,
  /** Characters of one regular expression: `index.max_regex_length` of Elasticsearch. */
  regexpLength: 1_000,
  /**
   * States of the automaton of one regular expression, see `regexpSize`, unless it is that long itself. Lucene makes 250
   * copies of an optional part, `(a?){250}`, in half a second, and 1,000 in ten.
   */
  regexpSize: 250,
  /** States of the regular expressions in all of a search, once for each field. A small one counts as a hundred. */
  regexpStates: 20_000,
  /** Patterns in all of a search, once for each field and for each `*` and `?`: they multiply the work of finding terms. */
  wildcards: 2_048,
  /**
   * Characters of the patterns and bounds of ranges of texts in all of a search, once for each field. For each of them
   * Lucene makes an automaton, with up to two kilobytes for each character.
   */
  patternCharacters: 32_768,
  /** `*` and `?` in one pattern or word. */
  patternWildcards: 20,
  /** Characters of a pattern, a prefix, a bound of a range or the name of a field. */
  patternLength: 1_000,
  /** Characters of a text with fuzziness. The automaton of one is dozens of times larger than that of a pattern. */
  fuzzyLength: 250,
  /** Characters of a text that each hit or bucket may repeat: a format, a tag, the name of a query. */
  repeatedLength: 200,
  /** Queries with a name in all of a search: each hit lists those that it matches. */
  queryNames: 100,
  /** Characters of a text to search for. */
  textLength: 65_536,
  /** Words of all query strings and `multi_match`, once for each field: Elasticsearch makes a query of each. */
  words: 65_536,
  /** Characters of the text of a `simple_query_string`, which Elasticsearch takes much longer to parse. */
  simpleQueryStringLength: 10_000,
  /** Terms that a fuzzy or prefix query may expand to. */
  expansions: 1_024,
  /** Names of fields in one list. */
  fields: 100,
  /** Fields that the hits are sorted by, in all of a search: Elasticsearch allocates a value of each for every hit. */
  sortFields: 20,
  /** Hits with `explain`, times the characters of the search: each may have an explanation of every part of it. */
  explained: 1_000_000,
  /** Aggregations in all of a search. */
  aggregations: 200,
  /** Aggregations below one another. */
  aggregationDepth: 10,
  /** Buckets that Elasticsearch makes for one search: `search.max_buckets`, which `setup` sets. */
  buckets: 65_536,
  /** `size` of an aggregation other than `terms`, which clients ask for "all" with a size of 100,000 and more. */
  aggregationSize: 10_000,
  /**
   * Bytes that the buckets of all aggregations of a search may take, with the metrics in each. Elasticsearch's circuit
   * breakers do not see all of them: `percentiles` with `hdr` once exhausted its heap.
   */
  aggregationBytes: 67_108_864,
  /** Buckets that a pipeline aggregation may look back over: Elasticsearch allocates memory for as many at once. */
  lag: 1_000,
  /** `compression` of percentiles. */
  compression: 1_000,
  /** Significant digits of percentiles with `hdr`: each makes them ten times larger. */
  hdrDigits: 3,
  /** `from + size`: `index.max_result_window` of Elasticsearch. */
  resultWindow: 10_000,
  /** Suggesters in a search, and generators of candidates in one of them. */
  suggesters: 3,
  /** Characters of a text to find suggestions for. Every word of it is looked up; no time limit stops that. */
  suggestTextLength: 200,
  /** Suggestions, candidates and inspections that a suggester may ask for. */
  suggestions: 1_000,
  /** Words of a phrase that a suggester looks at together, or may correct. */
  suggestWords: 10,
  /** Bytes of a response: several times that of a thousand builds. */
  responseBytes: 20_971_520,
} as const;

/** Limits of all searches that one process runs at the same time, beside their number (`SEARCHES_IN_FLIGHT`). */
export const processLimits = {
  /** Bytes that their metrics may take in Elasticsearch, see `aggregationBytes`. */
  aggregationBytes: 201_326_592,
  /** Bytes of all responses that are held in memory at the same time. */
  responseBytes: 67_108_864,
  /** Bytes of a response that are held in memory. A longer one is streamed, as fast as the client reads. */
  bufferedBytes: 262_144,
  /** Milliseconds that a client has to read a response. */
  responseTime: 30_000,
} as const;
