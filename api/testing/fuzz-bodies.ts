import { Random } from '../../stack/samples/random.ts';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const seeds: readonly Json[] = [
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
  '*',
  "'*:*",
  "'/.*(a+)+b/",
  "'_exists_:(",
  "'a~100 b^-1",
  "'target.\\*:x",
  "'build.date:[* TO",
  "'_index:*",
  "'NOT NOT NOT",
  '((((((((((',
  '"',
  '\\',
  '\u0000',
  '\ud800',
  '\u202e',
  '__proto__',
  'constructor',
  'target.os:',
  'build.date>=',
  'download.date>=99999999999999999999',
  'download.date:1 TO 2',
  '[a-z](?=x)+*',
  '<script>alert(1)</script>',
  "'".repeat(500),
  'a '.repeat(900),
  "'(".concat('a OR '.repeat(390), 'a)'),
  `'${'('.repeat(1_500)}`,
  `'/${'[a-z]{1,99}'.repeat(50)}/`,
];
const oddNumbers = [0, -1, 0.5, 1e9, 1e308, -1e308, Number.MAX_SAFE_INTEGER, 9_999, 333, 334];
const names = [
  ...['query', 'page', 'hitsPerPage', 'facets', 'facetFilters', 'numericFilters', 'facetName', 'facetQuery'],
  ...['maxValuesPerFacet', 'maxFacetHits', 'filters', 'tagFilters', 'aroundLatLng', 'insideBoundingBox'],
  ...['ruleContexts', 'highlightPreTag', 'attributesToRetrieve', 'indexName', 'params', 'type', '__proto__'],
];

/** Bodies of InstantSearch, each changed in up to four places; the same seed gives the same bodies. */
export function* fuzzBodies(count: number, seed: number, otherIndex: string): Generator<string> {
  const random = new Random(seed);
  const pick = <T>(from: readonly T[]): T => from[random.integer(0, from.length - 1)] as T;
  const oddValue = (): Json => {
    const makers: (() => Json)[] = [
      () => pick(oddTexts),
      () => pick(oddTexts),
      () => pick(oddNumbers),
      () => pick([null, true, [], {}, [[]], [[[]]], [null], [{}], otherIndex, `_all,${otherIndex}`]),
      () => [pick(oddTexts), [pick(oddTexts)]],
      () => nested(random.integer(2, 200)),
      () => `${pick(['target.os', 'target.locale', 'source.product', '_index'])}:${pick(oddTexts)}`,
      () => [
        `${pick(['build.date', 'download.date', 'download.size'])}${pick(['>=', '<', '=', '!='])}${pick(oddNumbers)}`,
      ],
    ];
    return pick(makers)();
  };
  const mutate = (value: Json, depth: number): Json => {
    if (Array.isArray(value) && value.length > 0 && depth > 0) {
      const at = random.integer(0, value.length - 1);
      const change = random.integer(0, 5);
      if (change === 0) return value.toSpliced(at, 1);
      if (change === 1) return [...value, ...value, oddValue()];
      return value.with(at, mutate(value[at] ?? null, depth - 1));
    }
    if (value !== null && typeof value === 'object' && !Array.isArray(value) && depth > 0) {
      const entries = Object.entries(value);
      const [name] = pick(entries.length > 0 ? entries : [['params', null] as [string, Json]]);
      const change = random.integer(0, 5);
      if (change === 0) return Object.fromEntries(entries.filter(([other]) => other !== name));
      if (change === 1) return { ...value, [pick(names)]: oddValue() };
      return { ...value, [name]: mutate(value[name] ?? null, depth - 1) };
    }
    return oddValue();
  };
  for (let left = count; left > 0; left--) {
    let body = pick(seeds);
    for (let times = random.integer(1, 4); times > 0; times--) body = mutate(body, 4);
    const text = JSON.stringify(body);
    yield random.integer(0, 40) === 0 ? text.slice(0, random.integer(0, text.length)) : text;
  }
}

function nested(depth: number): Json {
  let value: Json = 'target.os:win';
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { and: value };
  return value;
}
