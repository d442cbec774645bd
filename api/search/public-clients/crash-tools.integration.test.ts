import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiSandbox, createApiSandbox } from '../../testing/api-sandbox.ts';
import { askSearch, bucketsOf, term } from '../../testing/ask-search.ts';
import { recordedObjects } from '../../testing/recorded.ts';
import { buildIdsOf, buildsOf, filter, keysOf, recordedBuilds, valuesOf } from './testing/recorded-builds.ts';

/** Public programs about crashes. Where each was found stands beside it. */
let sandbox: ApiSandbox;
beforeAll(async () => {
  sandbox = await createApiSandbox();
  await sandbox.add(recordedObjects());
});
afterAll(() => sandbox?.[Symbol.asyncDispose]());

// mozilla/crash-clouseau, crashclouseau/buildhub.py. For a channel that it has no pattern for, it sends an asterisk.
describe.each([
  ['nightly', '[0-9]+".0a1"', /^\d+\.0a1$/],
  ['beta', '[0-9]+".0b"[0-9]+', /^\d+\.0b\d+$/],
  ['release', '[0-9]+\\.[0-9]+(\\.[0-9]+)?', /^\d+\.\d+(\.\d+)?$/],
  ['esr', '*', /^\*$/],
] as const)('crash-clouseau on %s', (channel, pattern, pythons) => {
  const known = buildsOf('firefox', channel).filter(({ target }) => pythons.test(target.version));
  const ids = buildIdsOf(known).reverse();

  async function ask(range: object, size: number, order: 'asc' | 'desc') {
    const query = filter(
      term('target.channel', channel),
      term('source.product', 'firefox'),
      { range: { 'build.id': range } },
      { regexp: { 'target.version': pattern } },
    );
    const inside = { revisions: valuesOf('source.revision', 1), versions: valuesOf('target.version', 1) };
    const aggs = { buildids: valuesOf('build.id', size, order, inside) };
    const { aggregations } = await askSearch(sandbox, { aggs, query, size: 0 });
    return bucketsOf(aggregations.buildids);
  }

  it('reads the two last builds', async () => {
    const buckets = await ask({ lte: '99991231235959' }, 2, 'desc');
    expect(buckets.map(({ key }) => key)).toEqual(ids.slice(0, 2));
    for (const { key, revisions, versions } of buckets) {
      const same = known.filter(({ build }) => build.id === key);
      expect(same.map(({ source }) => source.revision)).toContain(keysOf(revisions)[0]);
      expect(same.map(({ target }) => target.version)).toContain(keysOf(versions)[0]);
    }
  });

  it('reads the builds around a moment', async () => {
    const [moment = '20190101000000', before] = ids.slice(-2);
    const keys = async (...asked: Parameters<typeof ask>) => (await ask(...asked)).map(({ key }) => key);
    expect(await keys({ lt: moment }, 1, 'desc')).toEqual(before === undefined ? [] : [before]);
    expect(await keys({ gte: moment }, 1, 'asc')).toEqual(ids.slice(-2).slice(0, 1));
  });
});

// mozilla/crash-stop-addon, crashstop/buildhub.py; mozilla/pushlog-addon, content.js
it.each([
  ['crash-stop', { value: '[0-9\\.]+(([ab][0-9]+)|esr)?' }, /^[0-9.]+([ab][0-9]+|esr)?$/],
  ['crash-stop, of candidates,', { value: '[0-9\\.]+rc[0-9]+' }, /^[0-9.]+rc[0-9]+$/],
  ['pushlog-addon', '[0-9]+.[0-9]+([ab.][0-9]+)?(esr)?', /^[0-9]+.[0-9]+([ab.][0-9]+)?(esr)?$/],
])('%s reads the last builds of each channel of each product', async (_, pattern, pythons) => {
  const products = ['firefox', 'devedition', 'fennec'];
  const channels = ['nightly', 'beta', 'release', 'esr', 'aurora'];
  const versions = { versions: valuesOf('target.version', 1, 'desc') };
  const inside = { buildids: valuesOf('build.id', 20, 'desc', versions) };
  const aggs = {
    products: valuesOf('source.product', 3, undefined, {
      channels: valuesOf('target.channel', 5, undefined, inside),
    }),
  };
  const query = filter(
    { regexp: { 'target.version': pattern } },
    { terms: { 'target.channel': channels } },
    { terms: { 'source.product': products } },
  );
  const { aggregations } = await askSearch(sandbox, { aggs, query, size: 0 });
  const read = bucketsOf(aggregations.products).flatMap((product) =>
    bucketsOf(product.channels).map((channel) => [product.key, channel.key, keysOf(channel.buildids)]),
  );
  const expected = products
    .flatMap((product) => channels.map((channel) => [product, channel] as const))
    .map(([product, channel]) => {
      const known = buildsOf(product, channel).filter(({ target }) => pythons.test(target.version));
      return [product, channel, buildIdsOf(known).reverse().slice(0, 20)] as const;
    })
    .filter(([, , ids]) => ids.length > 0);
  expect(read.sort()).toEqual(expected.sort());
});

// A mapper of crash signatures to bugs, and scripts about the crashes of QuotaManager
it.each([
  { query: filter(term('build.id', '20181102102126')) },
  { size: 1, query: term('build.id', '20181102102126') },
])('the revision of a build id: %j', async (body) => {
  const { hits } = await askSearch(sandbox, body, 'application/json');
  const known = recordedBuilds.filter(({ build }) => build.id === '20181102102126');
  expect(hits.total).toBe(known.length);
  expect(hits.hits).toHaveLength(Math.min(body.size ?? 10, known.length));
  for (const { _source } of hits.hits) expect(known).toContainEqual({ ..._source, id: undefined });
});

// mozilla/bec-alerts, bec_alerts/utils.py, and mozilla/crash-clouseau for the revision of a build
it('the newest build id of a channel, and its revision', async () => {
  const conditions = [
    term('target.channel', 'nightly'),
    term('source.product', 'firefox'),
    term('target.locale', 'en-US'),
  ];
  const [newest = ''] = buildIdsOf(
    buildsOf('firefox', 'nightly').filter(({ target }) => target.locale === 'en-US'),
  ).reverse();
  const ids = { build_ids: valuesOf('build.id', 1, 'desc') };
  const first = await askSearch(sandbox, { aggs: ids, query: filter(...conditions), size: 0 });
  expect(keysOf(first.aggregations.build_ids)).toEqual([newest]);
  const revisions = { revisions: valuesOf('source.revision', 1) };
  const query = filter(...conditions, term('build.id', newest));
  const second = await askSearch(sandbox, { aggs: revisions, query, size: 0 });
  const known = recordedBuilds.filter(({ build }) => build.id === newest);
  expect(known.map(({ source }) => source.revision)).toContain(keysOf(second.aggregations.revisions)[0]);
});
