import type { BrowserContextOptions } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { publish, sampleBuilds } from '../../stack/samples/publish.ts';
import { eventually } from '../../tests/fixture/eventually.ts';
import { forAllTests } from '../../tests/fixture/for-all-tests.ts';
import type { TestPage } from './browser.ts';
import { startPageSystem } from './page-system.ts';
import { searchPage } from './search-page.ts';

/** What a page must show as it is and never take for HTML. */
export const hostileText = '<img src=x onerror=alert(1)><b>&amp;';

/** How many samples are published, beside two odd ones; some of them become two records. */
const samples = 200;

interface SearchResponse {
  readonly hits: { readonly total: number; readonly hits: readonly { readonly _id: string }[] };
}

export type SearchStage = ReturnType<typeof searchStage>;

/** A Buildhub and a browser, for all tests of a file; there once its tests run. */
export function searchStage() {
  const system = forAllTests(startPageSystem);
  let shared: Promise<TestPage> | undefined;
  let total = 0;
  /** Sends a search to the API that programs use. */
  const search = async (body: object) => {
    const request = { method: 'POST', body: JSON.stringify(body) };
    return (await (await fetch(`${system.url}/api/search`, request)).json()) as SearchResponse;
  };

  return {
    system,
    /** Records that there are once the builds are published. */
    get total() {
      return total;
    },
    search,
    /** Publishes builds that are the same every time, and resolves when they can be found. */
    async publishBuilds() {
      const { s3, config } = system.sandbox;
      const objects = [
        ...sampleBuilds(samples, new Date('2026-01-01T00:00:00Z'), 7),
        hostileBuild(),
        oddBuild(),
      ];
      await publish(s3, config.S3_BUCKET, objects);
      // A release of Firefox is a second record, of its beta.
      const twins = objects.filter(
        ({ body }) => /"product": "firefox"/.test(body) && /"channel": "release"/.test(body),
      );
      total = objects.length + twins.length;
      await eventually(
        `${total} builds to be found`,
        async () => ((await search({ size: 0 })).hits.total === total ? true : undefined),
        180,
      );
    },
    /** Opens the search page in the window that all tests share, and waits for the results. */
    async open(address = '/') {
      shared ??= system.browser.open('/');
      const { page } = await shared;
      await page.evaluate(() => localStorage.clear());
      await page.goto(address);
      const opened = searchPage(page);
      await opened.count();
      return opened;
    },
    /** Opens a window of its own, with nothing remembered, until the test ends. */
    async openWindow(address: string, options?: BrowserContextOptions) {
      const opened = await system.browser.open(address, options);
      onTestFinished(() => opened.page.context().close());
      return { ...opened, search: searchPage(opened.page) };
    },
    /** The id of a build that the API finds. */
    async idOf(query: object) {
      const [hit] = (await search({ size: 1, query })).hits.hits;
      if (!hit) throw new Error('No build was found');
      return hit._id;
    },
    /** How many builds the API finds. */
    countOf: async (query: object) => (await search({ size: 0, query })).hits.total,
  };
}

/** A value that InstantSearch escapes, and numbers that JavaScript cannot hold or writes in another way. */
function oddBuild() {
  const build = `{
    "build": {"id": "20260102000000", "date": "2026-01-02T00:00:00Z", "number": 1.0},
    "source": {"product": "odd", "repository": "https://github.com/mozilla-firefox/firefox", "tree": "releases/odd",
      "revision": "0123456789abcdef0123456789abcdef01234567"},
    "target": {"platform": "odd", "os": "linux", "locale": "-lead", "version": "1.0", "channel": "odd"},
    "download": {"url": "https://example.org/odd", "mimetype": "application/octet-stream", "size": 9007199254740993,
      "date": "2026-01-02T00:00:00Z"}
  }`;
  return { key: 'pub/odd/2026/01/buildhub.json', body: build };
}

function hostileBuild() {
  const text = hostileText;
  const build = {
    build: { id: '20260101000000', date: '2026-01-01T00:00:00Z', cc: text },
    source: { product: text, repository: 'javascript:alert(1)//', tree: text, revision: text },
    target: { platform: text, os: 'linux', locale: text, version: text, channel: text },
    download: { url: 'javascript:alert(1)', mimetype: text, size: 1, date: '2026-01-01T00:00:00Z' },
  };
  return { key: 'pub/hostile/buildhub.json', body: JSON.stringify(build, null, 2) };
}
