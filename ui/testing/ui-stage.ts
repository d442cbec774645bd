import { afterAll, beforeAll } from 'vitest';
import { startBrowser, type TestBrowser } from './browser.ts';
import { type SearchPage, searchPage } from './search-page.ts';
import { type SystemWithBuilds, startSystemWithBuilds } from './system-with-builds.ts';

/** A Buildhub with builds and a browser that looks at it, for all tests of a file; there once its tests run. */
export interface UiStage {
  readonly buildhub: SystemWithBuilds;
  readonly browser: TestBrowser;
  /** Opens the search page, and waits until it shows what was searched for. */
  open(address?: string): Promise<SearchPage>;
  /** How many builds the API finds. */
  countOf(query: object): Promise<number>;
  /** The id of a build that the API finds. */
  idOf(query: object): Promise<string>;
}

/** Starts a stage before the tests of a file, and stops it after them. */
export function uiStage(name: string): UiStage {
  let started: { buildhub: SystemWithBuilds; browser: TestBrowser } | undefined;
  const stage = () => {
    if (!started) throw new Error('The stage is there only while tests run');
    return started;
  };
  beforeAll(async () => {
    const buildhub = await startSystemWithBuilds(name);
    started = { buildhub, browser: await startBrowser(buildhub.url) };
  });
  afterAll(async () => {
    await started?.browser[Symbol.asyncDispose]();
    await started?.buildhub[Symbol.asyncDispose]();
  });
  return {
    get buildhub() {
      return stage().buildhub;
    },
    get browser() {
      return stage().browser;
    },
    async open(address = '/') {
      const { page } = await stage().browser.open(address);
      const search = searchPage(page);
      await search.count();
      return search;
    },
    async idOf(query) {
      const [hit] = (await stage().buildhub.search({ size: 1, query })).hits.hits;
      if (!hit) throw new Error('No build was found');
      return hit._id;
    },
    countOf: async (query) => (await stage().buildhub.search({ size: 0, query })).hits.total,
  };
}
