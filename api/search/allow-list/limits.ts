/**
 * What one search may ask for. Each number is far above what a known client uses and low enough that a search at the
 * limit does no harm; the error message always names the limit.
 */
export const limits = {
  /** Bytes of the body; Django's default, and so Buildhub2's. */
  bodyBytes: 2_621_440,
  /** Objects and arrays inside one another in the body. */
  jsonDepth: 60,
  /** Queries inside one another. Elasticsearch itself stops at 30. */
  queryDepth: 20,
  /** Queries in a search altogether; Elasticsearch 6 allowed so many in one `bool`. */
  queries: 1024,
  /** Aggregations in a search altogether. */
  aggregations: 100,
  /** Aggregations below one another. */
  aggregationDepth: 6,
  /** Buckets that one aggregation may ask for. */
  buckets: 10_000,
  /** `from + size`: index.max_result_window of Elasticsearch. */
  resultWindow: 10_000,
  /** Bytes of an answer of Elasticsearch: a hundred times what a thousand builds have. */
  answerBytes: 100_000_000,
  /** Characters of a regular expression: index.max_regex_length of Elasticsearch. */
  regexpLength: 1000,
  /** Size of the automaton that a regular expression may become; Elasticsearch's default. */
  determinizedStates: 10_000,
  /** Characters of a wildcard or prefix pattern, and of a fuzzy term. */
  patternLength: 1000,
  /** `*` and `?` in one wildcard pattern: each multiplies the work. */
  patternWildcards: 20,
  /** Characters of the text of a `query_string` or `simple_query_string`. */
  queryStringLength: 10_000,
  /** Terms that a fuzzy, prefix or match query may be expanded to. */
  expansions: 1024,
  /** Suggesters in a search. */
  suggesters: 10,
  /** Characters of the text to find suggestions for. */
  suggestTextLength: 500,
  /** Candidates, shingles and inspections that a suggester may ask for. */
  suggestEffort: 1000,
  /** Accuracy of percentiles, which is paid for in memory. */
  percentileCompression: 1000,
} as const;
