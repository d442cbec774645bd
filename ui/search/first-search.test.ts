import { expect, it } from 'vitest';
import { firstRequests } from './first-search.ts';
import { fromAddress } from './url-state.ts';

const facets = [
  'build.date',
  'download.date',
  'source.product',
  'source.tree',
  'target.channel',
  'target.locale',
  'target.os',
  'target.platform',
  'target.version',
];

// Recorded from InstantSearch. The order of names matters, so texts are compared.
it.each([
  [
    '',
    [
      {
        indexName: 'builds',
        params: { facets, hitsPerPage: 30, maxValuesPerFacet: 100, page: 0, query: '' },
      },
    ],
  ],
  [
    '?q=fire&versions[0]=61.0&versions[1]=60.0&published=2026-01-01..2026-01-31&sort=build.date_asc&p=3&size=60',
    [
      {
        indexName: 'builds_build.date_asc',
        params: {
          facetFilters: [['target.version:60.0', 'target.version:61.0']],
          facets,
          hitsPerPage: 60,
          maxValuesPerFacet: 100,
          numericFilters: ['download.date>=1767225600000', 'download.date<=1769903999999'],
          page: 2,
          query: 'fire',
        },
      },
      {
        indexName: 'builds_build.date_asc',
        params: {
          analytics: false,
          clickAnalytics: false,
          facetFilters: [['target.version:60.0', 'target.version:61.0']],
          facets: 'download.date',
          hitsPerPage: 0,
          maxValuesPerFacet: 100,
          page: 0,
          query: 'fire',
        },
      },
      {
        indexName: 'builds_build.date_asc',
        params: {
          analytics: false,
          clickAnalytics: false,
          facets: 'target.version',
          hitsPerPage: 0,
          maxValuesPerFacet: 100,
          numericFilters: ['download.date>=1767225600000', 'download.date<=1769903999999'],
          page: 0,
          query: 'fire',
        },
      },
    ],
  ],
])('for %j the requests are those of InstantSearch', (address, requests) => {
  expect(JSON.stringify(firstRequests(fromAddress(address)))).toBe(JSON.stringify(requests));
});
