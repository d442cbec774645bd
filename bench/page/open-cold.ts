import type { Page } from 'playwright-core';
import type { TestBrowser } from '../../ui/testing/browser.ts';

/** One opening of the search page with nothing cached. Times are milliseconds since the navigation began. */
export interface ColdOpen {
  /** The whole HTML was there. */
  readonly html: number;
  /** The last of the scripts that came before the rows was there. */
  readonly scripts: number;
  readonly searchSent: number;
  /** The whole response to the first search was there. */
  readonly searchDone: number;
  /** The frame with the first rows was about to be shown. */
  readonly rows: number;
  readonly scriptBytes: number;
  readonly styleBytes: number;
  readonly responseBytes: number;
  /** Requests to SearchKit's route. */
  readonly searches: number;
  readonly requests: number;
}

/**
 * Opens the page in a browser context of its own and waits for rows.
 *
 * @throws if no row comes within Playwright's usual time
 */
export async function openCold(browser: TestBrowser, path: string): Promise<ColdOpen> {
  const { page } = await browser.open('about:blank');
  try {
    await page.addInitScript(noteRows);
    await page.goto(path);
    await page.waitForFunction(() => document.documentElement.dataset.rowsAt !== undefined);
    // Whatever the page loads or asks after the rows is counted too.
    await page.waitForLoadState('networkidle');
    return await page.evaluate(readTimings);
  } finally {
    await page.context().close();
  }
}

/** Runs in the page before anything of it. */
function noteRows(): void {
  const observer = new MutationObserver(() => {
    if (document.querySelector('table.results tbody tr') === null) return;
    observer.disconnect();
    requestAnimationFrame(() => {
      document.documentElement.dataset.rowsAt = String(performance.now());
    });
  });
  observer.observe(document, { childList: true, subtree: true });
}

/** Runs in the page. */
function readTimings(): Awaited<ReturnType<Page['evaluate']>> & ColdOpen {
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  const resources = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
  const of = (pattern: RegExp) => resources.filter(({ name }) => pattern.test(new URL(name).pathname));
  const bytes = (entries: PerformanceResourceTiming[]) =>
    entries.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
  const rows = Number(document.documentElement.dataset.rowsAt);
  const searches = of(/^\/api\/searchkit/);
  const scripts = of(/\.js$/);
  return {
    html: navigation?.responseEnd ?? Number.NaN,
    scripts: Math.max(...scripts.map(({ responseEnd }) => responseEnd).filter((end) => end <= rows)),
    searchSent: searches[0]?.startTime ?? Number.NaN,
    searchDone: searches[0]?.responseEnd ?? Number.NaN,
    rows,
    scriptBytes: bytes(scripts),
    styleBytes: bytes(of(/\.css$/)),
    responseBytes: bytes(searches),
    searches: searches.length,
    requests: resources.length + 1,
  };
}
