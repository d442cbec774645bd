import { describe, expect, it } from 'vitest';
import { agg, query, refusal, translate } from '../../testing/translated-search.ts';

const nested = (depth: number, inner: unknown, wrap: (value: unknown) => unknown): unknown =>
  depth === 0 ? inner : wrap(nested(depth - 1, inner, wrap));

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
    agg({ composite: { sources: [{ a: { terms: { field: 'x', script: '1' } } }] } }),
    agg({ composite: { sources: [{ lang: { terms: { script: { source: '1' } } } }] } }),
    agg({ terms: { field: 'x', order: { a: { script: '1' } } } }),
    agg({ top_hits: { sort: [{ _script: { script: '1' } }] } }),
    agg({ bucket_sort: { sort: [{ a: { nested: { filter: { script: '1' } } } }] } }),
    { aggs: { meta: { terms: { script: '1' } } } },
    { aggs: { order: { terms: { field: 'x' }, aggs: { sources: { terms: { script: '1' } } } } } },
    query({ term: { meta: { script: '1' } } }),
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
    {
      aggs: {
        a: {
          terms: { field: 'x', order: { rank: 'desc' } },
          aggs: {
            rank: { max: { field: 'y' } },
            top: { bucket_sort: { sort: [{ rank: { order: 'asc' } }] } },
          },
        },
      },
    },
    agg({ terms: { field: 'x', order: [{ rank: 'desc' }, { _key: 'asc' }] }, aggs: { rank: { max: {} } } }),
    agg({ composite: { sources: [{ lang: { terms: { field: 'x' } } }], after: { lang: 'de' } } }),
    { aggs: { a: { terms: { field: 'x' }, meta: { lang: 'de', more: [{ script: { index: 1 } }] } } } },
    { aggs: { filters: { filters: { filters: { filters: { match_all: {} }, rank: { match_all: {} } } } } } },
  ])('lets %j through', (body) => {
    expect(() => translate(JSON.stringify(body))).not.toThrow();
  });
});

describe('limits', () => {
  const inBool = (value: unknown) => ({ bool: { must: [value] } });
  /** For example the newest builds of each product and channel, by a client that asks for more than there are of both. */
  const termsAndTerms = (value: unknown) => ({
    terms: { field: 'x', size: 500 },
    aggs: { b: { terms: { field: 'y', size: 500 }, aggs: { c: value } } },
  });
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
    ['hits in buckets', agg({ terms: { field: 'x', size: 2001 }, aggs: { b: { top_hits: { size: 100 } } } })],
    ['hits in buckets below buckets', agg(termsAndTerms({ top_hits: { size: 4 } }))],
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
    ['query string', query({ query_string: { query: 'a '.repeat(32_769) } })],
    ['wildcards of a query string', query({ query_string: { query: 'a* '.repeat(2049) } })],
    ['simple query string', query({ simple_query_string: { query: 'a '.repeat(5001) } })],
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
    ['hits in buckets', agg({ terms: { field: 'x', size: 2000 }, aggs: { b: { top_hits: { size: 100 } } } })],
    ['hits in buckets below buckets', agg(termsAndTerms({ top_hits: {} }))],
    [
      'a hit in each of all buckets',
      agg({ terms: { field: 'x', size: 1e6 }, aggs: { b: { top_hits: { size: 1 } } } }),
    ],
    ['inner hits', { collapse: { field: 'x', inner_hits: { name: 'y', size: 10 } }, size: 1000 }],
    ['query string', query({ query_string: { query: 'a '.repeat(32_768) } })],
    ['wildcards of a query string', query({ query_string: { query: 'a* '.repeat(2048) } })],
    ['simple query string', query({ simple_query_string: { query: 'a '.repeat(5000) } })],
    ['words of a query string, each with a wildcard', query({ query_string: { query: 'a* '.repeat(100) } })],
  ])('let pass what is just within: %s', (_name, body) => {
    expect(() => translate(JSON.stringify(body))).not.toThrow();
  });
});
