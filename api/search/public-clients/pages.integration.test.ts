import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { forAllTests } from '../../../tests/fixture/for-all-tests.ts';
import { createApiSandbox } from '../../testing/api-sandbox.ts';
import { askSearch, type Build, bucketsOf, keysOf, term } from '../../testing/ask-search.ts';
import { recordedObjects } from '../../testing/recorded.ts';
import { buildsOf, builtIn, type RecordedBuild, recordedBuilds } from './testing/recorded-builds.ts';

/**
 * The requests of clients.json and of the user documentation, and public pages that search from the browser or from PHP.
 * Where each was found stands beside it.
 */
const sandbox = forAllTests(createApiSandbox);
beforeAll(() => sandbox.add(recordedObjects()));

const form = 'application/x-www-form-urlencoded';

describe('every request of clients.json', () => {
  const requests = JSON.parse(
    readFileSync(new URL('../../recorded/clients.json', import.meta.url), 'utf8'),
  ) as {
    client: string;
    contentType: string | null;
    body: { size: number; aggs?: Record<string, unknown> };
  }[];

  it.each(requests)('$client', async ({ contentType, body }) => {
    const result = await askSearch(sandbox, body, contentType ?? undefined);
    expect(Number.isInteger(result.hits.total)).toBe(true);
    expect(result.hits.hits.length).toBeLessThanOrEqual(body.size);
    for (const hit of result.hits.hits) expect(hit).toMatchObject({ _source: { build: {} } });
    expect(Object.keys(result.aggregations ?? {})).toEqual(Object.keys(body.aggs ?? {}));
  });
});

describe('the queries of the user documentation', () => {
  const query = term('build.id', '20181102102126');

  it('is this an official build id?', async () => {
    const { hits } = await askSearch(sandbox, { size: 0, query }, form);
    expect(hits.total).toBeGreaterThan(0);
    expect(hits).toEqual({ total: hits.total, max_score: null, hits: [] });
    expect(
      (await askSearch(sandbox, { size: 0, query: term('build.id', '20170713200530') }, form)).hits.total,
    ).toBe(0);
  });

  it('which revision is it from?', async () => {
    const { hits } = await askSearch(sandbox, { size: 1, query }, form);
    expect(hits.hits[0]?._source.source.revision).toMatch(/^[0-9a-f]{40}$/);
  });

  it('on which platforms is it?', async () => {
    const aggs = { platforms: { terms: { field: 'target.platform' } } };
    const { hits, aggregations } = await askSearch(sandbox, { size: 0, query, aggs }, form);
    const buckets = aggregations.platforms?.buckets ?? [];
    expect(buckets.map(({ key }) => key)).toContain('win64');
    expect(buckets.reduce((sum, { doc_count }) => sum + doc_count, 0)).toBe(hits.total);
  });
});

it('nix scripts read the builds of the last day, with dates counted from now', async () => {
  const must = [
    term('source.tree', 'mozilla-central'),
    term('target.platform', 'linux-x86_64'),
    { range: { 'build.date': { gte: 'now-1d/d' } } },
  ];
  const { hits } = await askSearch(
    sandbox,
    { sort: [{ 'build.date': 'asc' }], size: 10, query: { bool: { must } } },
    form,
  );
  const dates = hits.hits.map(({ _source }) => Date.parse(_source.build.date));
  expect(dates.length).toBeGreaterThan(0);
  expect(dates).toEqual(dates.toSorted((a, b) => a - b));
  for (const date of dates) expect(date).toBeGreaterThan(Date.now() - 2 * 86_400_000);
});

describe('the old page', () => {
  const fields = [
    'source.product',
    'target.channel^1.2',
    'target.version^10',
    'target.locale^3',
    'target.platform^2',
    'build.id',
  ];
  const text = (query: string) => ({
    query_string: {
      query,
      fields,
      analyzer: 'standard',
      default_operator: 'AND',
      phrase_slop: 1,
      auto_generate_phrase_queries: true,
      analyze_wildcard: true,
      lenient: true,
      split_on_whitespace: true,
    },
  });
  const highlight = { fields: { 'source.product': {}, 'target.version': {}, 'build.id': {} } };
  const product = {
    filter: { match_all: {} },
    aggs: { 'source.product': { terms: { field: 'source.product', size: 50 } } },
  };

  it('searches, counts products, sorts, highlights and suggests', async () => {
    const result = await askSearch(sandbox, {
      query: text('firefox* 66*'),
      aggs: { products8: product },
      size: 30,
      sort: [{ 'download.date': 'desc' }],
      highlight,
      suggest: {
        text: 'firefox 66',
        suggestions: {
          phrase: {
            field: 'target.version',
            real_word_error_likelihood: 0.95,
            max_errors: 1,
            gram_size: 4,
            direct_generator: [{ field: '_all', suggest_mode: 'always', min_word_length: 1 }],
          },
        },
      },
      post_filter: {
        bool: {
          must: [{ bool: { should: [term('target.platform', 'win64'), term('target.platform', 'win32')] } }],
        },
      },
    });
    expect(result.hits.total).toBeGreaterThan(0);
    expect(result).toHaveProperty('suggest.suggestions');
    const [hit] = result.hits.hits as unknown as { highlight: Record<string, string[]>; _source: Build }[];
    expect(hit?._source.target.platform).toMatch(/^win/);
    expect(hit?.highlight['target.version']?.[0]).toMatch(/<em>66/);
    expect(bucketsOf(result.aggregations.products8?.['source.product' as never])[0]?.key).toBe('firefox');
  });

  it('finds a build id as a field, with an asterisk after it', async () => {
    expect(
      (await askSearch(sandbox, { query: text('build.id:20181102102126*') })).hits.total,
    ).toBeGreaterThan(0);
  });

  it('offers what a facet begins with', async () => {
    const aggregation = {
      filter: { match_all: {} },
      aggs: {
        'target.locale': {
          terms: {
            field: 'target.locale',
            size: 1000,
            order: { _term: 'asc' },
            include: '([a-zA-Z]+ )+?[eE][sS].*',
          },
        },
        'target.locale_count': { cardinality: { field: 'target.locale' } },
      },
    };
    const { aggregations } = await askSearch(sandbox, { size: 0, aggs: { locale5: aggregation } });
    const keys = bucketsOf(aggregations.locale5?.['target.locale' as never]).map(({ key }) => key);
    expect(keys).toEqual(['es-AR', 'es-CL', 'es-ES', 'es-MX']);
  });
});

// The page that shows whether a bug is fixed in the nightly of a day
it('a query string that names its fields', async () => {
  const day = '20190101';
  const query = `source.product:firefox target.channel:nightly build.id:${day}*`;
  const { hits } = await askSearch(sandbox, {
    query: { query_string: { default_operator: 'AND', query } },
    size: 30,
    sort: [{ 'download.date': 'desc' }],
  });
  const known = buildsOf('firefox', 'nightly').filter(builtIn(day));
  expect(hits.total).toBe(known.length);
  const newest = known.map(({ download }) => Date.parse(download.date)).toSorted((a, b) => b - a);
  const dates = hits.hits.map(({ _source }) => _source.download as unknown as { date: string });
  expect(dates.map(({ date }) => Date.parse(date))).toEqual(newest.slice(0, 30));
});

// Pages for triage in Bugzilla; mozilla/bugzy, src/server/queryUtils.ts
it('the day on which a version began, by a post_filter alone', async () => {
  const must = [
    term('target.version', '67.0a1'),
    term('target.channel', 'nightly'),
    term('source.product', 'firefox'),
  ];
  const body = { post_filter: { bool: { must } }, size: 1, sort: [{ 'download.date': 'asc' }] };
  const { hits } = await askSearch(sandbox, body, 'text/plain;charset=UTF-8');
  const known = buildsOf('firefox', 'nightly').filter(({ target }) => target.version === '67.0a1');
  const [first] = known.map(({ download }) => download.date).sort();
  expect(hits.total).toBe(known.length);
  expect(hits.hits.map(({ _source }) => _source.download)).toMatchObject([{ date: first }]);
});

// peterbe/freshoffthebuild, src/App.js, compares the aggregations of two responses as a whole.
it('counts of products, with a highlight but no hits', async () => {
  const { aggregations, hits } = await askSearch(sandbox, {
    aggs: {
      products: {
        filter: { match_all: {} },
        aggs: {
          'source.product': { terms: { field: 'source.product', size: 50 } },
          'source.product_count': { cardinality: { field: 'source.product' } },
        },
      },
    },
    size: 0,
    sort: [{ 'download.date': 'desc' }],
    highlight: { fields: { 'source.product': {}, 'target.channel': {}, 'build.id': {} } },
  });
  expect(hits).toMatchObject({ total: recordedBuilds.length, hits: [] });
  expect(aggregations).toEqual({
    products: {
      doc_count: recordedBuilds.length,
      'source.product': {
        doc_count_error_upper_bound: 0,
        sum_other_doc_count: 0,
        buckets: ['firefox', 'devedition', 'fennec', 'thunderbird'].map((key) => ({
          key,
          doc_count: recordedBuilds.filter(({ source }) => source.product === key).length,
        })),
      },
      'source.product_count': { value: 4 },
    },
  });
});

// mozilla/releases_insights, app/models: it takes the ten that come when no size is said, of one day
it('the nightlies of a day, by matches and a pattern', async () => {
  const { hits } = await askSearch(sandbox, {
    _source: ['build.id', 'source.revision', 'target.version'],
    query: {
      bool: {
        must: [
          { match: { 'source.product': 'firefox' } },
          { match: { 'target.platform': 'win64' } },
          { match: { 'target.locale': 'en-US' } },
          { match: { 'target.channel': 'nightly' } },
          { regexp: { 'build.target': 'x86_64.*' } },
          { regexp: { 'build.id': '20190101.*' } },
        ],
      },
    },
  });
  const known = buildsOf('firefox', 'nightly')
    .filter(builtIn('20190101'))
    .filter(({ target }) => target.platform === 'win64' && target.locale === 'en-US')
    .filter(({ build }) => build.target?.startsWith('x86_64'));
  expect(hits.total).toBe(known.length);
  const picked = known.map(({ build, source, target }) => ({
    build: { id: build.id },
    source: { revision: source.revision },
    target: { version: target.version },
  }));
  expect(hits.hits.length).toBe(Math.min(10, known.length));
  for (const { _source } of hits.hits) expect(picked).toContainEqual(_source);
});

// mozilla-services/buildhub, the first page, in Elm: ui/ElasticSearch.elm
describe('the page of the first Buildhub', () => {
  const facet = (field: string, ...must: object[]) => ({
    [field]: {
      filter: { bool: { must } },
      aggs: { [`${field}_agg`]: { terms: { field, size: 1000 } } },
    },
  });
  it('filters that are empty, and that are no list', async () => {
    const one = { bool: { must: { term: { 'target.channel': 'beta' } } } };
    const several = {
      bool: { should: [term('source.product', 'firefox'), term('source.product', 'fennec')] },
    };
    const version = { bool: { must: { prefix: { 'target.version': '66' } } } };
    const { hits, aggregations } = await askSearch(sandbox, {
      size: 10,
      from: 0,
      sort: [{ 'download.date': 'desc' }],
      post_filter: { bool: { must: [one, several, version] } },
      aggs: {
        ...facet('source.product', one, version),
        ...facet('target.channel', several, version),
        ...facet('target.locale'),
      },
    });
    const is66 = ({ target }: RecordedBuild) => target.version.startsWith('66');
    const found = ['firefox', 'fennec'].flatMap((product) => buildsOf(product, 'beta')).filter(is66);
    expect(hits.total).toBe(found.length);
    expect(hits.hits).toHaveLength(10);
    const inside = (field: string) => aggregations[field] as unknown as Record<string, unknown>;
    expect(keysOf(inside('source.product')['source.product_agg'])).toEqual(['firefox', 'fennec']);
    expect(inside('source.product').doc_count).toBe(found.length);
    expect(keysOf(inside('target.channel')['target.channel_agg'])).toEqual(['beta']);
    expect(inside('target.locale').doc_count).toBe(recordedBuilds.length);
  });

  it('words that are being typed, each with an asterisk', async () => {
    const written = {
      query_string: {
        query: 'Firefox* WIN64* 66*',
        analyzer: 'pattern',
        default_operator: 'AND',
        phrase_slop: 1,
        auto_generate_phrase_queries: true,
        analyze_wildcard: true,
        lenient: true,
        split_on_whitespace: true,
        fields: ['source.product', 'target.channel', 'target.version', 'target.platform', 'build.id'],
      },
    };
    const { hits } = await askSearch(sandbox, { size: 1, post_filter: { bool: { must: [written] } } });
    const found = recordedBuilds.filter(
      ({ source, target }) =>
        source.product === 'firefox' &&
        target.platform.startsWith('win64') &&
        target.version.startsWith('66'),
    );
    expect(found.length).toBeGreaterThan(0);
    expect(hits.total).toBe(found.length);
  });

  it('a build id that is being typed', async () => {
    const prefix = { bool: { must: { prefix: { 'build.id': '201901' } } } };
    const { hits } = await askSearch(sandbox, { size: 1, post_filter: { bool: { must: [prefix] } } });
    expect(hits.total).toBe(recordedBuilds.filter(builtIn('201901')).length);
  });
});
