/**
 * What one search may ask for. Each number is far above what a known client uses and low enough that a search at the
 * limit does no harm; the error message always names the limit.
 */
export const limits = {
  /** Bytes of the body; Django's default, and so Buildhub2's. */
  bodyBytes: 2_621_440,
  /** Objects and arrays inside one another in the body. */
  jsonDepth: 120,
  /** Queries inside one another: indices.query.bool.max_nested_depth of Elasticsearch. */
  queryDepth: 30,
  /** Queries in a search altogether. Elasticsearch 6 had no such limit, only one of 1024 for each `bool`. */
  queries: 10_000,
  /** Aggregations in a search altogether. */
  aggregations: 1000,
  /** Aggregations below one another. */
  aggregationDepth: 20,
  /**
   * Buckets that one aggregation may ask for. `terms` may ask for any number, as clients do who want all there are
   * (the documentation of the first Buildhub has 100,000): how many it makes is counted by Elasticsearch
   * (search.max_buckets).
   */
  buckets: 10_000,
  /** Buckets that Elasticsearch makes at most: search.max_buckets. */
  madeBuckets: 65_536,
  /**
   * Hits that `top_hits` may show in all buckets together, were each of them there: the three that it shows unless told
   * otherwise, in as many buckets as Elasticsearch makes.
   */
  hitsInBuckets: 200_000,
  /** `from + size`: index.max_result_window of Elasticsearch. */
  resultWindow: 10_000,
  /** Bytes of an answer of Elasticsearch: a hundred times what a thousand builds have. */
  answerBytes: 100_000_000,
  /** Characters of a regular expression: index.max_regex_length of Elasticsearch. */
  regexpLength: 1000,
  /** Size of the automaton that a regular expression may become, ten times Elasticsearch's default. */
  determinizedStates: 100_000,
  /** Characters of a wildcard or prefix pattern, and of a fuzzy term. */
  patternLength: 1000,
  /** `*` and `?` in one wildcard pattern: each multiplies the work. */
  patternWildcards: 20,
  /** Characters of the text of a `query_string`. */
  queryStringLength: 65_536,
  /** `*` and `?` in that text: two for each of the 1024 words that Elasticsearch 6 took. */
  queryStringWildcards: 2048,
  /** Characters of the text of a `simple_query_string`, which Elasticsearch takes much longer to read. */
  simpleQueryStringLength: 10_000,
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
