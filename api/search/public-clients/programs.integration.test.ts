import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { childEnvironment } from '../../../config/config.ts';
import { forAllTests } from '../../../tests/fixture/for-all-tests.ts';
import { createApiSandbox } from '../../testing/api-sandbox.ts';
import { askSearch, bucketsOf, keysOf, term } from '../../testing/ask-search.ts';
import { pythonEnvironment } from '../../testing/python-environment.ts';
import { recordedObjects } from '../../testing/recorded.ts';
import { serveApp } from '../../testing/serve-app.ts';
import {
  buildIdsOf,
  buildsOf,
  builtIn,
  filter,
  type RecordedBuild,
  recordedBuilds,
  valuesOf,
} from './testing/recorded-builds.ts';

/** Public programs about crashes, releases and telemetry. Where each was found stands beside it. */
const sandbox = forAllTests(createApiSandbox);
beforeAll(() => sandbox.add(recordedObjects()));

// Mozilla's library for its data sources, as it is on PyPI
it('libmozdata reads what was published', async () => {
  const bin = await pythonEnvironment('libmozdata==0.2.20');
  await using served = await serveApp(sandbox.app);
  const script = join(import.meta.dirname, 'testing', 'ask-with-libmozdata.py');
  const { stdout } = await execa(join(bin, 'python'), [script], {
    env: childEnvironment({ BUILDHUB_SEARCH_URL: `${served.url}/api/search`, NO_PROXY: '127.0.0.1' }),
    extendEnv: false,
  });
  const versionsOf = (builds: readonly RecordedBuild[]) =>
    [...new Set(builds.map(({ target }) => target.version))].sort();
  const begins = ({ source, target }: RecordedBuild) =>
    source.product === 'firefox' && target.version.startsWith('66.0b1');
  expect(JSON.parse(stdout)).toEqual({
    all_versions: versionsOf(recordedBuilds),
    nightly_versions: versionsOf(buildsOf('firefox', 'nightly')),
    versions_that_begin: versionsOf(recordedBuilds.filter(begins)),
    build_ids: buildIdsOf(buildsOf('firefox', 'beta')).reverse(),
    build_ids_that_begin: buildIdsOf(recordedBuilds.filter(builtIn('201811'))).reverse(),
    few_build_ids: buildIdsOf(recordedBuilds).reverse().slice(0, 2),
    bad_request: true,
  });
});

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

// mozilla/probe-scraper, probe_scraper/buildhub.py: versions are compared as texts, so 100 comes before 65.
describe('probe-scraper reads the revisions of', () => {
  const from = (gte: string) => ({ range: { 'target.version': { gte } } });
  const below = (lt: string) => ({ range: { 'target.version': { lt } } });
  it.each([
    [
      ['nightly', 'linux-x86_64', 'ru'],
      [from('100'), below('200')],
      (version: string) => version >= '100' && version < '200',
    ],
    [
      ['nightly', 'linux-x86_64', 'ru'],
      [{ bool: { should: [from('67'), { bool: { must: [from('100'), below('200')] } }] } }],
      (version: string) => version >= '67' || (version >= '100' && version < '200'),
    ],
    [
      ['beta', 'win64', 'en-US'],
      [
        from('59'),
        {
          bool: {
            should: [{ range: { 'target.version': { lte: '61' } } }, { prefix: { 'target.version': '61' } }],
          },
        },
      ],
      (version: string) => version >= '59' && (version <= '61' || version.startsWith('61')),
    ],
  ] as const)('%j with %j', async ([channel, platform, locale], versions, isWanted) => {
    const window = 3;
    const query = filter(
      term('source.product', 'firefox'),
      term('target.channel', channel),
      term('target.locale', locale),
      term('target.platform', platform),
      ...versions,
    );
    const read: RecordedBuild[] = [];
    for (let page = 0; ; page++) {
      const body = { query, size: window, ...(page > 0 && { from: page * window }) };
      const { hits } = await askSearch(sandbox, body, 'application/json');
      read.push(...hits.hits.map(({ _source }) => _source as RecordedBuild));
      if (hits.hits.length < window) break;
    }
    const known = buildsOf('firefox', channel).filter(
      ({ target }) => target.locale === locale && target.platform === platform && isWanted(target.version),
    );
    expect(known.length).toBeGreaterThan(0);
    const identity = ({ source, target, download }: RecordedBuild) => [
      download.date,
      source.revision,
      target.version,
      source.tree,
    ];
    expect(read.map(identity).sort()).toEqual(known.map(identity).sort());
  });
});

// mozilla/missioncontrol, missioncontrol/etl/builds.py; notebooks about the stability of releases (buildhub_bid.py)
it('all build ids since a day, with versions and dates of publication', async () => {
  const since = '20190115';
  const { aggregations } = await askSearch(sandbox, {
    aggs: {
      buildid: valuesOf('build.id', 100_000, 'desc', {
        version: { terms: { field: 'target.version' } },
        pub_date: { terms: { field: 'download.date' } },
        buildid: { terms: { field: 'build.id' } },
      }),
    },
    query: filter(
      term('target.platform', 'win64'),
      term('target.channel', 'beta'),
      term('source.product', 'firefox'),
      { range: { 'build.id': { gte: since } } },
    ),
    size: 0,
  });
  const known = buildsOf('firefox', 'beta').filter(
    ({ build, target }) => target.platform === 'win64' && (build.id ?? '') >= since,
  );
  expect(keysOf(aggregations.buildid)).toEqual(buildIdsOf(known).reverse());
  for (const { key, version, pub_date, buildid } of bucketsOf(aggregations.buildid)) {
    const same = known.filter(({ build }) => build.id === key);
    expect(keysOf(version).sort()).toEqual([...new Set(same.map(({ target }) => target.version))].sort());
    expect(keysOf(buildid)).toEqual([key]);
    // pandas takes them for milliseconds.
    const dates = new Set(same.map(({ download }) => Date.parse(download.date)));
    expect(keysOf(pub_date).every((date) => dates.has(date as unknown as number))).toBe(true);
    expect(bucketsOf(pub_date).every(({ key_as_string }) => /T.*\.\d{3}Z$/.test(String(key_as_string)))).toBe(
      true,
    );
  }
});

// mozilla/PollBot, pollbot/tasks/buildhub.py, still at the address of the first Buildhub
it('PollBot reads the versions of a channel by build, at the old address', async () => {
  const aggs = {
    by_build_id: valuesOf('build.id', 1000, 'desc', { versions: { terms: { field: 'target.version' } } }),
  };
  const query = filter(term('source.product', 'devedition'), term('target.channel', 'aurora'));
  const response = await sandbox.app.request('/v1/buckets/build-hub/collections/releases/search', {
    method: 'POST',
    body: JSON.stringify({ aggs, query, size: 0 }),
  });
  expect(response.status).toBe(200);
  const { aggregations } = (await response.json()) as { aggregations: Record<string, unknown> };
  const known = buildsOf('devedition', 'aurora');
  expect(bucketsOf(aggregations.by_build_id).map(({ key, versions }) => [key, keysOf(versions)[0]])).toEqual(
    buildIdsOf(known)
      .reverse()
      .map((id) => [id, known.find(({ build }) => build.id === id)?.target.version]),
  );
});

// A server of Firefox updates; a flake of Firefox nightlies, which takes what it needs of the newest build
it.each([
  [{ 'build.date': 'desc' }, ['release', 'linux-x86_64', '65.0']],
  [{ 'build.id': { order: 'desc' } }, ['nightly', 'linux-x86_64', '67.0a1']],
])('the newest build by %j', async (order, [channel = '', platform = '', version = '']) => {
  const { hits } = await askSearch(sandbox, {
    size: 1,
    _source: ['build.id', 'source.revision', 'target.version'],
    query: filter(
      term('target.version', version),
      term('target.platform', platform),
      term('target.channel', channel),
      term('source.product', 'firefox'),
    ),
    sort: [order],
  });
  const known = buildsOf('firefox', channel).filter(
    ({ target }) => target.platform === platform && target.version === version,
  );
  const newest = buildIdsOf(known).at(-1);
  expect(hits.hits.map(({ _source }) => _source)).toEqual([
    {
      build: { id: newest },
      source: { revision: known.find(({ build }) => build.id === newest)?.source.revision },
      target: { version },
    },
  ]);
});

// thunderbird/policy-templates, generator/modules/mercurial.mjs
it('Thunderbird reads the newest revision of a tree', async () => {
  const { hits } = await askSearch(sandbox, {
    size: 1,
    query: term('source.tree', 'comm-central'),
    sort: [{ 'download.date': { order: 'desc' } }],
  });
  const newest = recordedBuilds
    .filter(({ source }) => source.tree === 'comm-central')
    .toSorted((a, b) => Date.parse(b.download.date) - Date.parse(a.download.date))[0];
  expect(hits.hits[0]?._source).toMatchObject({ source: newest?.source, download: newest?.download });
});

// Two scripts about the dates of a version: the major version stands before the pattern
it('the first nightly and the first beta of a version', async () => {
  for (const [major, channels] of [
    ['66', ['aurora', 'beta']],
    ['67', ['nightly', 'aurora', 'beta']],
  ] as const) {
    const { aggregations } = await askSearch(sandbox, {
      aggs: { buildids: valuesOf('build.id', 1000, 'asc') },
      query: filter(
        { regexp: { 'target.version': { value: `${major}[0-9\\.]+(([ab][0-9]+))?` } } },
        { terms: { 'target.channel': channels } },
        { terms: { 'source.product': ['firefox', 'fennec', 'devedition'] } },
      ),
      size: 0,
    });
    const known = ['firefox', 'fennec', 'devedition']
      .flatMap((product) => channels.flatMap((channel) => buildsOf(product, channel)))
      .filter(({ target }) => target.version.startsWith(`${major}.`));
    expect(keysOf(aggregations.buildids)).toEqual(buildIdsOf(known));
  }
});
