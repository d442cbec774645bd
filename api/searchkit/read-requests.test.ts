import { describe, expect, it } from 'vitest';
import { readRequests } from './read-requests.ts';

const read = (params: object, indexName = 'builds') => readRequests([{ indexName, params }])[0];

describe('readRequests', () => {
  it('reads what the search page sends', () => {
    const request = read(
      {
        query: 'firefox',
        page: 2,
        hitsPerPage: 60,
        maxValuesPerFacet: 100,
        facets: ['target.os', 'download.date'],
        facetFilters: [['target.os:linux', 'target.os:win'], 'target.version:61.0:1'],
        numericFilters: ['download.date>=1559000000000', 'build.date<=-5'],
        highlightPreTag: '__ais-highlight__',
      },
      'builds_build.date_asc',
    );
    expect(request).toEqual({
      indexName: 'builds_build.date_asc',
      order: 'build.date_asc',
      query: 'firefox',
      page: 2,
      hitsPerPage: 60,
      facets: ['target.os', 'download.date'],
      valuesPerFacet: 100,
      facetFilters: [
        [
          { field: 'target.os', value: 'linux' },
          { field: 'target.os', value: 'win' },
        ],
        [{ field: 'target.version', value: '61.0:1' }],
      ],
      rangeFilters: [
        { field: 'download.date', operator: '>=', value: 1_559_000_000_000 },
        { field: 'build.date', operator: '<=', value: -5 },
      ],
    });
  });

  it('clamps numbers and drops raw filters', () => {
    expect(read({ page: -3, hitsPerPage: 1e9, maxValuesPerFacet: 1e9, filters: '_index:secret' })).toEqual({
      indexName: 'builds',
      order: 'download.date_desc',
      query: '',
      page: 0,
      hitsPerPage: 200,
      facets: [],
      valuesPerFacet: 1000,
      facetFilters: [],
      rangeFilters: [],
    });
    expect(read({ page: 1e300, hitsPerPage: 10.9 })).toMatchObject({ page: 10_000, hitsPerPage: 10 });
  });

  it('shows the hits at the same place where a page is too large', () => {
    expect(read({ page: 2, hitsPerPage: 500 })).toMatchObject({ page: 5, hitsPerPage: 200 });
    expect(read({ page: 1, hitsPerPage: 300 })).toMatchObject({ page: 1, hitsPerPage: 200 });
    expect(read({ page: 2, hitsPerPage: 200 })).toMatchObject({ page: 2, hitsPerPage: 200 });
  });

  it('reads a search within a facet, which has no hits', () => {
    expect(
      read({ facetName: 'target.locale', facetQuery: 'en(', maxFacetHits: 20, hitsPerPage: 30 }),
    ).toMatchObject({
      facetSearch: { field: 'target.locale', text: 'en(' },
      valuesPerFacet: 20,
      hitsPerPage: 0,
    });
  });

  it('takes every order by the end of the name, and the newest first for any other', () => {
    expect(read({}, 'secret')?.order).toBe('download.date_desc');
    expect(read({}, 'secret_download.date_asc')?.order).toBe('download.date_asc');
  });

  it('leaves out empty lists of filters and repeated facets', () => {
    expect(read({ facetFilters: [[], []], facets: ['*', 'target.os'] })).toMatchObject({
      facetFilters: [],
      facets: expect.arrayContaining(['source.product', 'build.date']),
    });
    expect(read({ facetFilters: 'target.os:\\-win', facets: 'target.os' })).toMatchObject({
      facetFilters: [[{ field: 'target.os', value: '-win' }]],
      facets: ['target.os'],
    });
  });

  it.each([
    ['no list', {}, 'The body: '],
    ['no request', [], 'The body: '],
    ['too many requests', Array.from({ length: 21 }, () => ({ indexName: 'builds' })), 'The body: '],
    ['no index', [{ params: {} }], 'Request 1, indexName: '],
    ['parameters in a text', [{ indexName: 'b', params: 'page=1' }], 'Request 1, params: '],
    ['a page that is no number', [{ indexName: 'b', params: { page: '1' } }], 'Request 1, params.page: '],
    ['a query that is no text', [{ indexName: 'b', params: { query: {} } }], 'Request 1, params.query: '],
    ['a long query', [{ indexName: 'b', params: { query: 'a'.repeat(2001) } }], 'Request 1, params.query: '],
    [
      'an unknown facet',
      [{ indexName: 'b', params: { facets: ['_id'] } }],
      'Request 1, params.facets.0: there is no facet "_id"',
    ],
    [
      'an unknown facet to search',
      [{ indexName: 'b', params: { facetName: 'download.date' } }],
      'there is no facet',
    ],
    [
      'an unknown filter',
      [{ indexName: 'b', params: { facetFilters: ['_index:x'] } }],
      'there is no facet "_index"',
    ],
    [
      'a filter without value',
      [{ indexName: 'b', params: { facetFilters: ['target.os'] } }],
      '"field:value"',
    ],
    [
      'filters too deep',
      [{ indexName: 'b', params: { facetFilters: [[['target.os:win']]] } }],
      '"field:value"',
    ],
    [
      'filters in an object',
      [{ indexName: 'b', params: { facetFilters: { a: 1 } } }],
      'facetFilters.0.0: must be',
    ],
    [
      'an excluded value',
      [{ indexName: 'b', params: { facetFilters: ['target.os:-win'] } }],
      'cannot be excluded',
    ],
    [
      'an unknown number',
      [{ indexName: 'b', params: { numericFilters: ['size>1'] } }],
      'numericFilters.0.field: must be',
    ],
    [
      'nested numbers',
      [{ indexName: 'b', params: { numericFilters: [['build.date>1']] } }],
      'numericFilters.0: must be',
    ],
    [
      'a long number',
      [{ indexName: 'b', params: { numericFilters: ['build.date>1e99'] } }],
      'numericFilters.0: must be',
    ],
  ])('refuses %s with its place', (_, body, message) => {
    expect(() => readRequests(body)).toThrow(message);
  });

  it('names the request that is wrong', () => {
    const good = { indexName: 'builds', params: {} };
    expect(() => readRequests([good, { ...good, params: { facets: ['nope'] } }])).toThrow(
      'Request 2, params',
    );
  });
});
