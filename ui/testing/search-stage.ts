import { afterAll, beforeAll } from 'vitest';
import { publish, sampleBuilds } from '../../stack/samples/publish.ts';
import { eventually } from '../../tests/fixture/eventually.ts';
import type { TestBrowser } from './browser.ts';
import { type PageSystem, startPageSystem } from './page-system.ts';
import { type SearchPage, searchPage } from './search-page.ts';

/** What a page must show as it is and never take for HTML. */
export const hostileText = '<img src=x onerror=alert(1)><b>&amp;';

/** How many samples are published, beside the build with the hostile texts; some of them become two records. */
const samples = 300;

export interface SearchResponse {
  readonly hits: {
    readonly total: number;
    readonly hits: readonly {
      readonly _id: string;
      readonly _source: Record<string, Record<string, string>>;
    }[];
  };
}

/** A Buildhub with builds and a browser, for all tests of a file; there once its tests run. */
export interface SearchStage {
  readonly system: PageSystem;
  readonly browser: TestBrowser;
  /** Records that there are. */
  readonly total: number;
  /** Opens the search page, and waits until it shows what was searched for. */
  open(address?: string): Promise<SearchPage>;
  /** Sends a search to the API that programs use. */
  search(body: object): Promise<SearchResponse>;
  /** How many builds the API finds. */
  countOf(query: object): Promise<number>;
  /** The id of a build that the API finds. */
  idOf(query: object): Promise<string>;
}

/** Starts a stage before the tests of a file, with builds that are the same every time, and stops it after them. */
export function searchStage(): SearchStage {
  let system: PageSystem | undefined;
  let total = 0;
  const running = () => {
    if (!system) throw new Error('The stage is there only while tests run');
    return system;
  };
  const search = async (body: object) => {
    const request = { method: 'POST', body: JSON.stringify(body) };
    return (await (await fetch(`${running().url}/api/search`, request)).json()) as SearchResponse;
  };

  beforeAll(async () => {
    system = await startPageSystem();
    const { s3, config } = system.sandbox;
    const objects = [...sampleBuilds(samples, new Date('2026-01-01T00:00:00Z'), 7), hostileBuild()];
    await publish(s3, config.S3_BUCKET, objects);
    // A release of Firefox is a second record, of its beta.
    const twins = objects.filter(
      ({ body }) => /"product": "firefox"/.test(body) && /"channel": "release"/.test(body),
    );
    total = objects.length + twins.length;
    await eventually(
      `${total} builds to be found`,
      async () => ((await search({ size: 0 })).hits.total === total ? true : undefined),
      120,
    );
  });
  afterAll(() => system?.[Symbol.asyncDispose]());

  return {
    get system() {
      return running();
    },
    get browser() {
      return running().browser;
    },
    get total() {
      return total;
    },
    search,
    async open(address = '/') {
      const { page } = await running().browser.open(address);
      const opened = searchPage(page);
      await opened.count();
      return opened;
    },
    async idOf(query) {
      const [hit] = (await search({ size: 1, query })).hits.hits;
      if (!hit) throw new Error('No build was found');
      return hit._id;
    },
    countOf: async (query) => (await search({ size: 0, query })).hits.total,
  };
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
