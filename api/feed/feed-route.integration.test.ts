import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, expect, it } from 'vitest';
import { generateBuilds } from '../../stack/samples/generate-builds.ts';
import { forAllTests } from '../../tests/fixture/for-all-tests.ts';
import { createApiSandbox } from '../testing/api-sandbox.ts';
import { pythonEnvironment } from '../testing/python-environment.ts';

const sandbox = forAllTests(() => createApiSandbox({ API_URL: 'https://buildhub.example.org/' }));
let bin: string;
beforeAll(async () => {
  bin = await pythonEnvironment('feedparser==6.0.14');
  await sandbox.add([...generateBuilds(60, new Date('2026-01-01T00:00:00Z'), 6)].map(({ body }) => body));
}, 300_000);

const get = (query: string, headers: Record<string, string> = {}) =>
  sandbox.app.request(`/api/feed.atom${query}`, { headers });

interface ParsedFeed {
  /** Whether something is wrong with the XML, or with the feed. */
  readonly bozo: boolean;
  readonly version: string;
  readonly feed: Readonly<Record<string, string>>;
  readonly entries: readonly {
    readonly id: string;
    readonly title: string;
    readonly published: string;
    readonly updated: string;
    readonly links: readonly { readonly rel: string; readonly href: string; readonly length?: string }[];
  }[];
}

/** What a library for feeds makes of one. */
async function parsed(xml: string): Promise<ParsedFeed> {
  const script = `
import feedparser, json, sys
read = feedparser.parse(sys.stdin.buffer.read())
print(json.dumps({key: read[key] for key in ("bozo", "version", "feed", "entries")}, default=str))`;
  const { stdout } = await execa(join(bin, 'python'), ['-c', script], { input: xml });
  return JSON.parse(stdout) as ParsedFeed;
}

it('is a feed of the builds that were published last', async () => {
  const response = await get('?product=firefox&limit=10');
  expect(response.status).toBe(200);
  expect(response.headers.get('Content-Type')).toBe('application/atom+xml; charset=utf-8');
  const { bozo, version, feed, entries } = await parsed(await response.text());
  expect({ bozo, version }).toEqual({ bozo: false, version: 'atom10' });
  expect(feed).toMatchObject({ title: 'Buildhub: product firefox', author: 'Buildhub' });
  expect(entries).toHaveLength(10);
  const published = entries.map((entry) => entry.published);
  expect(published).toEqual(published.toSorted().toReversed());
  expect(new Set(entries.map(({ id }) => id)).size).toBe(10);
  expect(feed.updated).toBe(
    entries
      .map(({ updated }) => updated)
      .toSorted()
      .at(-1),
  );
  for (const { title, links } of entries) {
    expect(title).toMatch(/^firefox .*, build \d{14}$/);
    const link = (rel: string) => links.find((one) => one.rel === rel);
    expect(link('alternate')?.href).toMatch(/^https:\/\/buildhub\.example\.org\/builds\/\d+$/);
    expect(Number(link('enclosure')?.length)).toBeGreaterThan(1_000_000);
    const record = new URL(link('related')?.href ?? '').pathname;
    expect((await sandbox.app.request(record)).status).toBe(200);
  }
});

it('is 304 for a reader that has it', async () => {
  const response = await get('?channel=nightly');
  const etag = response.headers.get('ETag') ?? '';
  expect((await get('?channel=nightly', { 'If-None-Match': etag })).status).toBe(304);
  expect((await get('?channel=beta', { 'If-None-Match': etag })).status).toBe(200);
  // A build of the same second would be missed: the time decides nothing.
  const now = new Date().toUTCString();
  expect((await get('?channel=nightly', { 'If-Modified-Since': now })).status).toBe(200);
});

it('may be empty', async () => {
  const { bozo, entries } = await parsed(await (await get('?product=none')).text());
  expect({ bozo, entries }).toEqual({ bozo: false, entries: [] });
});
