import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiSandbox, createApiSandbox } from '../testing/api-sandbox.ts';
import { askSearch, bucketsOf, term } from '../testing/ask-search.ts';
import { recordedObjects } from '../testing/recorded.ts';

/** What programs ask, and what they read from the answer. */
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

describe('libmozdata', () => {
  it.each([
    [{ match_all: {} }],
    [term('source.product', 'firefox')],
    [{ bool: { must: [term('source.product', 'firefox'), term('target.channel', 'nightly')] } }],
  ])('reads versions with the filter %j', async (filter) => {
    const terms = { field: 'target.version', size: 1000, order: { _term: 'desc' }, include: '.*' };
    const aggs = { myaggs: { filter, aggs: { 'target.version': { terms } } } };
    const { aggregations } = await askSearch(sandbox, { aggs, size: 0 }, 'application/json');
    const keys = bucketsOf(aggregations.myaggs?.['target.version' as never]).map(({ key }) => key);
    expect(keys.length).toBeGreaterThan(2);
    expect(keys).toEqual(keys.toSorted().toReversed());
  });

  it('reads build ids that begin in some way', async () => {
    const terms = { field: 'build.id', size: 1000, order: { _term: 'desc' }, include: '201811.*' };
    const aggs = { myaggs: { filter: { match_all: {} }, aggs: { 'build.id': { terms } } } };
    const { aggregations } = await askSearch(sandbox, { aggs, size: 0 });
    const keys = bucketsOf(aggregations.myaggs?.['build.id' as never]).map(({ key }) => key);
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) expect(key).toMatch(/^201811/);
  });
});

describe('crash tools', () => {
  it('crash-clouseau reads products, channels, build ids, revisions and versions', async () => {
    const terms = (field: string, size: number, aggs?: object) => ({
      terms: { field, size },
      ...(aggs && { aggs }),
    });
    const { aggregations } = await askSearch(sandbox, {
      aggs: {
        products: terms('source.product', 3, {
          channels: terms('target.channel', 1, {
            buildids: terms('build.id', 1000, {
              revisions: terms('source.revision', 1),
              versions: terms('target.version', 1),
            }),
          }),
        }),
      },
      query: {
        bool: {
          filter: [
            term('target.channel', 'nightly'),
            { terms: { 'source.product': ['firefox', 'fennec', 'thunderbird'] } },
            { range: { 'build.id': { gte: '20180201000000' } } },
            { regexp: { 'target.version': '[0-9]+".0a1"' } },
          ],
        },
      },
      size: 0,
    });
    const [product] = aggregations.products?.buckets ?? [];
    expect(product?.key).toBe('firefox');
    const [channel] = bucketsOf(product?.channels);
    expect(channel?.key).toBe('nightly');
    const [build] = bucketsOf(channel?.buildids);
    expect(build?.key).toMatch(/^\d{14}$/);
    expect(bucketsOf(build?.revisions)[0]?.key).toMatch(/^[0-9a-f]{40}$/);
    expect(bucketsOf(build?.versions)[0]?.key).toMatch(/0a1$/);
  });

  it('one build of many conditions, its target and address', async () => {
    const must = [
      term('build.id', '20181102102126'),
      term('target.channel', 'beta'),
      term('target.locale', 'pl'),
      term('source.product', 'firefox'),
      term('target.platform', 'macosx'),
    ];
    const { hits } = await askSearch(sandbox, { size: 256, query: { bool: { must } } });
    expect(hits.hits[0]?._source.build.target).toBe('x86_64-apple-darwin');
    expect(hits.hits[0]?._source.download.url).toMatch(/^https:/);
  });
});

describe('release tools', () => {
  it('probe-scraper pages through builds', async () => {
    const body = (from: number) => ({
      query: {
        bool: {
          filter: [
            term('source.product', 'firefox'),
            term('target.channel', 'beta'),
            { range: { 'target.version': { gte: '60' } } },
            {
              bool: {
                should: [
                  { range: { 'target.version': { lte: '70' } } },
                  { prefix: { 'target.version': '70' } },
                ],
              },
            },
          ],
        },
      },
      size: 100,
      from,
    });
    const first = await askSearch(sandbox, body(0));
    const second = await askSearch(sandbox, body(100));
    const ids = [...first.hits.hits, ...second.hits.hits].map(({ _id }) => _id);
    expect(new Set(ids).size).toBe(200);
    expect(second.hits.total).toBe(first.hits.total);
  });

  it('Fleet reads the newest build of a version', async () => {
    const must = [
      term('source.product', 'firefox'),
      term('target.channel', 'aurora'),
      term('target.platform', 'mac'),
      term('target.version', '153.0b13'),
    ];
    const body = { size: 1, query: { bool: { must } }, sort: [{ 'build.id': { order: 'desc' } }] };
    expect((await askSearch(sandbox, body)).hits.hits[0]?._source.build.id).toMatch(/^\d{14}$/);
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

  it('a script reads the build ids of a release in their order', async () => {
    const { aggregations } = await askSearch(sandbox, {
      size: 0,
      query: {
        bool: {
          filter: [
            { regexp: { 'target.version': { value: '6[0-9]\\.0' } } },
            { terms: { 'target.channel': ['release', 'beta'] } },
            { terms: { 'source.product': ['firefox'] } },
          ],
        },
      },
      aggs: { ids: { terms: { field: 'build.id', size: 1000, order: { _term: 'asc' } } } },
    });
    const keys = (aggregations.ids?.buckets ?? []).map(({ key }) => key);
    expect(keys.length).toBeGreaterThan(0);
    expect(keys).toEqual(keys.toSorted());
  });

  it('whattrainisitnow picks fields, and finds words in compiler targets', async () => {
    const { hits } = await askSearch(sandbox, {
      _source: ['build.id', 'source.revision'],
      query: {
        bool: {
          must: [
            { match: { 'target.channel': 'nightly' } },
            { regexp: { 'build.target': 'x86_64.*' } },
            { regexp: { 'build.id': '201811.*' } },
          ],
        },
      },
    });
    expect(hits.total).toBeGreaterThan(0);
    expect(hits.hits[0]?._source).toEqual({
      build: { id: expect.stringMatching(/^201811/) },
      source: { revision: expect.any(String) },
    });
  });
});
