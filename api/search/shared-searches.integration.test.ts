import { afterAll, beforeAll, expect, it } from 'vitest';
import { realBuilds } from '../../samples/publish.ts';
import { type ApiSandbox, createApiSandbox } from '../testing/api-sandbox.ts';

let sandbox: ApiSandbox;
beforeAll(async () => {
  sandbox = await createApiSandbox();
  await sandbox.add(realBuilds().map(({ body }) => body));
});
afterAll(() => sandbox[Symbol.asyncDispose]());

/** How many searches Elasticsearch has made in the index. */
async function searchesMade(): Promise<number> {
  const { _all } = await sandbox.elasticsearch.indices.stats({ index: sandbox.index, metric: 'search' });
  return _all.primaries?.search?.query_total ?? Number.NaN;
}

const post =
  (path: string, body: unknown, signal = new AbortController().signal) =>
  (app = sandbox.app) =>
    app.request(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    });
const metrics = async () => (await sandbox.app.request('/metrics')).text();

const searches: [path: string, body: object][] = [
  ['/api/search', { size: 3, query: { term: { 'source.product': 'firefox' } } }],
  ['/api/searchkit', [{ indexName: 'builds', params: { query: 'firefox' } }]],
];

it.each(searches)(
  'equal searches of %s at the same time are two for Elasticsearch, with one answer',
  async (path, body) => {
    const ask = post(path, body);
    const alone = await (await ask()).text();
    const before = await searchesMade();
    await ask();
    const each = (await searchesMade()) - before;
    const answers = await Promise.all(Array.from({ length: 20 }, async () => (await ask()).text()));
    expect(await searchesMade()).toBe(before + each + 2 * each);
    const found = (answer: string) =>
      JSON.parse(answer.replace(/"(took|processingTimeMS)": ?\d+/g, '"$1":0'));
    for (const answer of answers) expect(found(answer)).toEqual(found(alone));
    expect(await metrics()).toMatch(/^buildhub_api_searches_shared_total(\{.*\})? (18|36)$/m);
  },
);

it.each(searches)('a client of %s that has gone is neither a failure nor a refusal', async (path, body) => {
  const { status } = await post(path, body, AbortSignal.abort())();
  expect(status).toBe(499);
  expect(await metrics()).not.toMatch(/^buildhub_api_searches_refused_total\{.*\} [1-9]/m);
});

it.each(searches)(
  'equal searches of %s one after the other are one, for as long as was set',
  async (path, body) => {
    const ask = post(path, body);
    const app = sandbox.createApp({ answersKeptFor: 60_000 });
    const first = await ask(app);
    const before = await searchesMade();
    const again = await ask(app);
    expect(await searchesMade()).toBe(before);
    expect([again.status, again.headers.get('Content-Type')]).toEqual([200, 'application/json']);
    expect(await again.text()).toBe(await first.text());
    await post(path, Array.isArray(body) ? [...body, ...body] : { ...body, size: 2 })(app);
    expect(await searchesMade()).toBeGreaterThan(before);
  },
);
