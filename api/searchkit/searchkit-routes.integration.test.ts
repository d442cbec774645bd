import { beforeAll, describe, expect, it } from 'vitest';
import { forAllTests } from '../../tests/fixture/for-all-tests.ts';
import { createApiSandbox } from '../testing/api-sandbox.ts';
import { testBuilds } from '../testing/test-builds.ts';

const sandbox = forAllTests(createApiSandbox);

interface Result {
  nbHits: number;
  nbPages: number;
  hits: { objectID: string; target: { version: string }; _highlightResult?: Record<string, unknown> }[];
  facets: Record<string, Record<string, number>>;
  facetHits?: { value: string; count: number }[];
  timeline?: { interval: string; bars: [number, number][] };
  search?: { query: object; sort: object };
  suggestion?: { query: string; found: number };
}

async function post(body: unknown, app = sandbox.app) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await app.request('/api/searchkit', { method: 'POST', body: text });
  const read = (await response.json()) as { results?: Result[]; error?: string };
  return { status: response.status, headers: response.headers, ...read };
}

async function search(params: object, indexName = 'builds') {
  const { results, error } = await post([{ indexName, params }]);
  const [result] = results ?? [];
  if (!result) throw new Error(error);
  return result;
}

/** Values that mean something to a query, a facet or an address. */
const odd = ['-lead', '\\lead', '"quoted"', '*', '', ' spaces ', 'a:b', '%41', "it's", 'tab\t', '(x)'];

beforeAll(async () => {
  expect(await search({ query: 'firefox' })).toMatchObject({ nbHits: 0, isIndexEmpty: true });
  const documents = [...testBuilds(), ...odd.map((locale) => ({ target: { locale } }))];
  await sandbox.elasticsearch.bulk({
    index: sandbox.index,
    operations: documents.flatMap((document) => [{ index: {} }, document]),
    refresh: true,
  });
});

describe('values of facets', () => {
  it('are counted, filtered by and found as they are, whatever they begin with', async () => {
    const { facets } = await search({ facets: ['target.locale'], maxValuesPerFacet: 100 });
    expect(Object.keys(facets['target.locale'] ?? {})).toEqual(expect.arrayContaining(odd));
    for (const value of odd) {
      // InstantSearch escapes a minus, which would exclude.
      const filter = `target.locale:${value.replace(/^-/, '\\-')}`;
      expect({ value, found: (await search({ facetFilters: [[filter]] })).nbHits }).toEqual({
        value,
        found: 1,
      });
    }
    const nothing = await search({ facetFilters: [['target.locale:none']] });
    expect(nothing).toMatchObject({ nbHits: 0 });
    expect(nothing).not.toHaveProperty('isIndexEmpty');
  });

  it('are found by what they begin with', async () => {
    for (const value of odd.filter(Boolean)) {
      const { facetHits } = await search({ facetName: 'target.locale', facetQuery: value.slice(0, 2) });
      expect(facetHits?.map((hit) => hit.value)).toContain(value);
    }
  });
});

describe('the nearest spelling', () => {
  it.each([
    ['fierfox', 'firefox', 80],
    ['Firefxo 70.0 de', 'firefox 70.0 de', 4],
    ['mozila-release', 'tree:mozilla-release', 80],
    ['pt-br win46', 'pt-br win64', 2],
    ['(fierfox OR thunderbrd) de', '(firefox OR thunderbrd) de', 8],
  ])('of %j is %j', async (query, nearest, found) => {
    const result = await search({ query });
    expect(result.nbHits).toBe(0);
    expect(result.suggestion).toEqual({ query: nearest, found });
    expect((await search({ query: nearest })).nbHits).toBe(found);
  });

  it('finds something under the same filters, or is not offered', async () => {
    const facetFilters = [['target.os:win'], ['target.version:70.0']];
    const numericFilters = ['download.date>=1569888000000'];
    const inside = await search({ query: 'fierfox', facetFilters, numericFilters });
    expect(inside.suggestion).toEqual({ query: 'firefox', found: 20 });
    const outside = await search({
      query: 'fierfox',
      facetFilters,
      numericFilters: ['download.date>=1600000000000'],
    });
    expect(outside.nbHits).toBe(0);
    expect(outside.suggestion).toBeUndefined();
  });

  it.each(["'fierfox", 'qqqqqqqq', '20191016161958', 'fierfox qqqqqqqq'])(
    'is not offered for %j',
    async (query) => {
      expect((await search({ query })).suggestion).toBeUndefined();
    },
  );
});

describe('searching', () => {
  it('finds words as prefixes that must all be there, and marks what matched', async () => {
    const result = await search({ query: 'fire 70 win', hitsPerPage: 5 });
    expect(result.nbHits).toBe(20);
    expect(result.hits).toHaveLength(5);
    expect(JSON.stringify(result.hits[0]?._highlightResult)).toContain('\uE000firefox\uE001');
  });

  it.each(['Firefox 70', 'product:FIREFOX version:70'])(
    'finds the same for %j, whatever is in capitals',
    async (query) => {
      expect((await search({ query })).nbHits).toBe((await search({ query: 'product:firefox 70' })).nbHits);
      expect((await search({ query })).nbHits).toBeGreaterThan(0);
    },
  );

  it('finds values that have capitals themselves, and leaves out what follows a minus', async () => {
    const { nbHits: all } = await search({ query: '' });
    const { nbHits: american } = await search({ query: 'locale:en-US' });
    expect(american).toBeGreaterThan(0);
    expect((await search({ query: '-target.locale:en-US' })).nbHits).toBe(all - american);
  });

  it('takes a raw query after a quote, and says what is wrong with one', async () => {
    const raw = await search({ query: "'target.version:70.0 AND target.os:(win OR mac)" });
    expect(raw.nbHits).toBe(20);
    const bad = await post([{ indexName: 'builds', params: { query: "'(target.version:" } }]);
    expect(bad.status).toBe(400);
    expect(bad.error).toMatch(/^The search text cannot be read\. Cannot parse '\(target\.version:'/);
  });

  it('ORs within a facet and ANDs across, with counts to match', async () => {
    const result = await search({
      facetFilters: [['target.os:win', 'target.os:linux'], ['target.version:70.0']],
      facets: ['target.os', 'target.locale'],
      maxValuesPerFacet: 100,
    });
    expect(result.facets['target.os']).toEqual({ win: 20, linux: 20 });
    expect(result.nbHits).toBe(40);
  });

  it('filters and sorts by dates, and counts builds over time', async () => {
    const from = Date.parse('2019-10-01T00:00:00Z');
    const result = await search({ numericFilters: [`build.date>=${from}`] }, 'builds_build.date_asc');
    expect(result.nbHits).toBe(40);
    expect(result.timeline?.bars.reduce((sum, [, count]) => sum + count, 0)).toBe(40);
    const versions = (await search({ query: 'firefox', hitsPerPage: 100 }, 'builds_build.date_asc')).hits.map(
      (hit) => hit.target.version,
    );
    expect(versions).toEqual(versions.toSorted());
  });

  it('returns the true total and no hits for a page beyond the window', async () => {
    const result = await search({ page: 5_000, hitsPerPage: 30 });
    expect(result).toMatchObject({ nbHits: 91, hits: [], nbPages: 4 });
  });
});

describe('faults', () => {
  it('are counted with the searches of programs', async () => {
    const app = sandbox.createApp({});
    const facets = { indexName: 'b', params: { hitsPerPage: 0, facets: ['target.os'] } };
    await post([{ indexName: 'b', params: { query: 'firefox' } }, facets], app);
    await post([{ indexName: 'b', params: { query: '70' } }], app);
    expect((await post('nonsense', app)).status).toBe(400);
    expect((await post('x'.repeat(600_000), app)).status).toBe(400);
    await post([{ indexName: 'b', params: { query: "'(" } }], app);
    const text = await (await app.request('/metrics')).text();
    expect(text).toContain('buildhub_api_search_requests_total{method="POST"} 3');
    expect(text).toContain('buildhub_api_search_duration_seconds_count 3');
    expect(text).toContain('buildhub_api_search_records 40');
    expect(text).toContain('buildhub_api_search_records_total 120');
    expect(text).toContain('buildhub_api_searches_refused_total{kind="limit"} 1');
    expect(text).toContain('buildhub_api_searches_refused_total{kind="elasticsearch"} 1');
    expect((await app.request('/api/searchkit')).status).toBe(405);
  });

  it.each([
    ["'target.version:/((a{1,100}){1,100}){1,100}/", 'with repetitions written out'],
    [`'${'/a/ '.repeat(51)}`, 'up to 20,000 are allowed'],
  ])('refuses the text %s, which costs more than a search may', async (query, message) => {
    const { status, error } = await post([{ indexName: 'builds', params: { query } }]);
    expect(status).toBe(400);
    expect(error).toContain(message);
  });
});
