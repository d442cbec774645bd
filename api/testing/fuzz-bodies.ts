import { mutateSearch } from './mutate-search.ts';

const seeds: readonly unknown[] = [
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

const oddTexts = [
  '',
  "'",
  "'*:*",
  "'/.*(a+)+b/",
  "'a~100 b^-1",
  "'build.date:[* TO",
  "'_index:*",
  '"',
  '\\',
  '\u0000',
  '\ud800',
  '__proto__',
  'constructor',
  'target.os:',
  'build.date>=',
  'download.date>=99999999999999999999',
  'download.date:1 TO 2',
  '[a-z](?=x)+*',
  "'".repeat(500),
  "'(".concat('a OR '.repeat(390), 'a)'),
  `'${'('.repeat(1_500)}`,
  `'/${'[a-z]{1,99}'.repeat(50)}/`,
];
const oddNumbers = [0, -1, 0.5, 1e9, 1e308, -1e308, Number.MAX_SAFE_INTEGER, 9_999, 333, 334];
const words = [
  ...['query', 'page', 'hitsPerPage', 'facets', 'facetFilters', 'numericFilters', 'facetName', 'facetQuery'],
  ...['maxValuesPerFacet', 'maxFacetHits', 'filters', 'tagFilters', 'aroundLatLng', 'insideBoundingBox'],
  ...['ruleContexts', 'highlightPreTag', 'attributesToRetrieve', 'indexName', 'params', 'type', '__proto__'],
];

const filters = ['target.os', 'target.locale', 'source.product', '_index'].flatMap((field) =>
  oddTexts.map((text) => `${field}:${text}`),
);
const ranges = ['build.date>=', 'download.date<', 'build.date=', 'download.size!='].flatMap((start) =>
  oddNumbers.map((number) => [`${start}${number}`]),
);

/** Bodies of InstantSearch, each changed in up to three places; the same seed gives the same bodies. */
export function* fuzzBodies(count: number, seed: number, otherIndex: string): Generator<string> {
  const nested = JSON.parse(`${'['.repeat(200)}"target.os:win"${']'.repeat(200)}`) as unknown;
  const others = [null, true, [], {}, [[]], [[[]]], [null], [{}], otherIndex, `_all,${otherIndex}`, nested];
  const values = [oddTexts, oddTexts, oddNumbers, oddNumbers, others, others, filters, ranges].flat();
  for (let at = 0; at < count; at++) yield mutateSearch(seeds, seed + at, { words, values });
}
