import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiSandbox, createApiSandbox } from '../testing/api-sandbox.ts';
import { askSearch, type Build, bucketsOf, term } from '../testing/ask-search.ts';
import { recordedObjects } from '../testing/recorded.ts';

/** The requests of clients.json, of the user documentation and of the last page; `public-clients/` has many more. */
let sandbox: ApiSandbox;
beforeAll(async () => {
  sandbox = await createApiSandbox();
  await sandbox.add(recordedObjects());
});
afterAll(() => sandbox?.[Symbol.asyncDispose]());

const form = 'application/x-www-form-urlencoded';

describe('every request of clients.json', () => {
  const requests = JSON.parse(readFileSync(new URL('../recorded/clients.json', import.meta.url), 'utf8')) as {
    client: string;
    contentType: string | null;
    body: { size: number; aggs?: Record<string, unknown> };
  }[];

  it.each(requests)('$client', async ({ contentType, body }) => {
    const answer = await askSearch(sandbox, body, contentType ?? undefined);
    expect(Number.isInteger(answer.hits.total)).toBe(true);
    expect(answer.hits.hits.length).toBeLessThanOrEqual(body.size);
    for (const hit of answer.hits.hits) expect(hit).toMatchObject({ _source: { build: {} } });
    expect(Object.keys(answer.aggregations ?? {})).toEqual(Object.keys(body.aggs ?? {}));
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
    const answer = await askSearch(sandbox, {
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
    expect(answer.hits.total).toBeGreaterThan(0);
    expect(answer).toHaveProperty('suggest.suggestions');
    const [hit] = answer.hits.hits as unknown as { highlight: Record<string, string[]>; _source: Build }[];
    expect(hit?._source.target.platform).toMatch(/^win/);
    expect(hit?.highlight['target.version']?.[0]).toMatch(/<em>66/);
    expect(bucketsOf(answer.aggregations.products8?.['source.product' as never])[0]?.key).toBe('firefox');
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
