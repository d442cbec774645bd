/** What elasticsearch-dsl knows of a parameter: one query, or a list of them. */
export type QueryParameter = 'query' | 'queries' | 'functions';

/** A map, since the names come from clients and `constructor` is a member of every object. */
type Definition = ReadonlyMap<string, QueryParameter>;

function definition(parameters: Record<string, QueryParameter>): Definition {
  return new Map(Object.entries(parameters));
}

const leaf = definition({});
const one = definition({ query: 'query' });
const filtered = definition({ query: 'query', filter: 'query' });
const span = definition({ match: 'query' });
const clauses = definition({ clauses: 'queries' });
const littleInBig = definition({ little: 'query', big: 'query' });

/**
 * The queries that elasticsearch-dsl 6.3 knows, and in which of their parameters it looks for further queries. Any
 * other name has always been answered with ``DSL class `x` does not exist in query.``
 */
export const queryDefinitions: ReadonlyMap<string, Definition> = new Map<string, Definition>([
  ['match_all', leaf],
  ['match_none', leaf],
  ['bool', definition({ must: 'queries', should: 'queries', must_not: 'queries', filter: 'queries' })],
  ['function_score', definition({ query: 'query', filter: 'query', functions: 'functions' })],
  ['boosting', definition({ positive: 'query', negative: 'query' })],
  ['constant_score', filtered],
  ['dis_max', definition({ queries: 'queries' })],
  ['filtered', filtered],
  ['indices', definition({ query: 'query', no_match_query: 'query' })],
  ['percolate', leaf],
  ['nested', one],
  ['has_child', one],
  ['has_parent', one],
  ['top_children', one],
  ['span_first', span],
  ['span_multi', span],
  ['span_near', clauses],
  ['span_not', definition({ exclude: 'query', include: 'query' })],
  ['span_or', clauses],
  ['field_masking_span', one],
  ['span_containing', littleInBig],
  ['span_within', littleInBig],
  ...[
    'common',
    'fuzzy',
    'fuzzy_like_this',
    'fuzzy_like_this_field',
    'geo_bounding_box',
    'geo_distance',
    'geo_distance_range',
    'geo_polygon',
    'geo_shape',
    'geohash_cell',
    'ids',
    'limit',
    'match',
    'match_phrase',
    'match_phrase_prefix',
    'exists',
    'more_like_this',
    'more_like_this_field',
    'multi_match',
    'prefix',
    'query_string',
    'range',
    'regexp',
    'simple_query_string',
    'span_term',
    'template',
    'term',
    'terms',
    'terms_set',
    'wildcard',
    'script',
    'type',
    'parent_id',
  ].map((name): [string, Definition] => [name, leaf]),
]);
