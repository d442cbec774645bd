import { describe, expect, test } from 'vitest';
import { testAddresses } from './testing/search/address-tests.ts';
import { testFacets } from './testing/search/facet-tests.ts';
import { testTable } from './testing/search/table-tests.ts';
import { testTimeline } from './testing/search/timeline-tests.ts';
import { searchPage } from './testing/search-page.ts';
import { uiStage } from './testing/ui-stage.ts';

// One system and one browser for all: to start them takes longer than most of the tests.
const stage = uiStage('ui-search');

test('loads little, compressed, once', async () => {
  const { page } = await stage.browser.open('about:blank');
  const scripts: { bytes: number; encoding: string; cache: string }[] = [];
  page.on('requestfinished', async (request) => {
    const response = await request.response();
    if (request.resourceType() !== 'script' || !response) return;
    const { 'content-encoding': encoding = '', 'cache-control': cache = '' } = await response.allHeaders();
    scripts.push({ bytes: (await request.sizes()).responseBodySize, encoding, cache });
  });
  await page.goto('/');
  await searchPage(page).count();
  await page.waitForLoadState('networkidle');
  await expect.poll(() => scripts.length).toBeGreaterThan(1);
  for (const { bytes, encoding, cache } of scripts) {
    // One packet holds a file smaller than that.
    if (bytes >= 1_024) expect(encoding).toMatch(/^(br|gzip)$/);
    expect(cache).toContain('immutable');
  }
  expect(scripts.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(150_000);
});

test.each([
  '/',
  '/?q=firefox&p=2&size=60',
  '/?versions[0]=70.0&versions[1]=69.0&products[0]=firefox&os[0]=win&channel[0]=release&sort=build.date_asc',
  '/?q=fire&published=2025-01-01..2025-12-31&built=2025-01-01..&locale[0]=de&tree[0]=mozilla-central',
])('asks once for %s, before the scripts are there that show it', async (address) => {
  const { page } = await stage.browser.open('about:blank');
  const searches: string[] = [];
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  page.on('request', (request) => {
    if (new URL(request.url()).pathname !== '/api/searchkit') return;
    searches.push(request.postData() ?? '');
    resolve();
  });
  await page.route(/\/assets\/(react|search-page)\..*\.js$/, async (route) => {
    await asked;
    await route.continue();
  });
  await page.goto(address);
  await searchPage(page).count();
  expect(searches).toHaveLength(1);
});

describe('searching', () => {
  test('shows the newest builds at once, and how many there are', async () => {
    const search = await stage.open();
    await search.expectCount(stage.buildhub.total);
    expect(await search.rows.count()).toBe(30);
    expect(await search.page.title()).toBe('Buildhub');
    await search.expectAddress('');
  });

  test('follows the typing, by beginnings of words', async () => {
    const search = await stage.open();
    await search.box.fill('fire 68.0b7 lin');
    await search.expectCount(1);
    await search.expectAddress('?q=fire+68.0b7+lin');
    expect(await search.rows.first().textContent()).toContain('20190603181408');
    await search.box.fill('build.id:20190603181408');
    await search.expectCount(1);
  });

  test('understands every example of the help', async () => {
    const search = await stage.open();
    const help = search.page.getByRole('button', { name: 'Search syntax' });
    const dialog = search.page.getByRole('dialog', { name: 'Search syntax' });
    await help.click();
    const examples = await dialog.getByRole('listitem').getByRole('button').allTextContents();
    expect(examples.length).toBeGreaterThan(5);
    await search.page.keyboard.press('Escape');
    for (const example of examples) {
      await help.click();
      await dialog.getByRole('button', { name: example, exact: true }).click();
      await expect.poll(() => new URL(search.page.url()).searchParams.get('q')).toBe(example);
      await expect.poll(() => search.box.inputValue()).toBe(example);
      expect(await search.count(), example).toBeGreaterThanOrEqual(0);
    }
  });
});

testFacets(stage);
testAddresses(stage);
testTimeline(stage);
testTable(stage);
