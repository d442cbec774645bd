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

  it('shows the hits at the same place if a page is too large', () => {
    expect(read({ page: 2, hitsPerPage: 500 })).toMatchObject({ page: 5, hitsPerPage: 200 });
    expect(read({ page: 1, hitsPerPage: 300 })).toMatchObject({ page: 1, hitsPerPage: 200 });
    expect(read({ page: JSON.rawJSON('2.0'), hitsPerPage: 200 })).toMatchObject({
      page: 2,
      hitsPerPage: 200,
    });
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
    [{}, 'The body: '],
    [Array.from({ length: 21 }, () => ({ indexName: 'builds' })), 'The body: '],
    [[{ params: {} }], 'Request 1, indexName: '],
    [[{ indexName: 'b', params: 'page=1' }], 'Request 1, params: '],
    [[{ indexName: 'b' }, { indexName: 'b', params: { page: '1' } }], 'Request 2, params.page: '],
  ])('refuses the body %j with its place', (body, message) => {
    expect(() => readRequests(body)).toThrow(message);
  });

  it.each([
    [{ query: 'a'.repeat(2001) }, 'query: '],
    [{ facets: ['_id'] }, 'facets.0: there is no facet "_id"'],
    [{ facetName: 'download.date' }, 'facetName: there is no facet'],
    [{ facets: [1] }, 'facets.0: there is no facet of type number'],
    [{ facetFilters: ['_index:x'] }, 'facetFilters.0.0.field: there is no facet "_index"'],
    [{ facetFilters: ['target.os'] }, '"field:value"'],
    [{ facetFilters: ['target.os:-win'] }, 'cannot be excluded'],
    [{ facetFilters: Array(6).fill(Array(100).fill('target.os:win')) }, 'up to 500 values'],
    [{ numericFilters: ['size>1'] }, 'numericFilters.0.field: must be'],
    [{ numericFilters: ['build.date>1e99'] }, 'numericFilters.0: must be'],
  ])('refuses the parameters %j with their place', (params, message) => {
    expect(() => read(params)).toThrow(`Request 1, params.`);
    expect(() => read(params)).toThrow(message);
  });

  it('refuses what is nested too deeply for the stack', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`);
    for (const name of ['facets', 'facetFilters', 'numericFilters', 'facetName', 'query'])
      expect(() => read({ [name]: deep })).toThrow(`Request 1, params.${name}`);
  });
});
