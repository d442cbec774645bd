import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { SearchStage } from './search-stage.ts';

/** The search page: search box, facets, order, pages, addresses and builds over time. */
export function testSearch(stage: SearchStage): void {
  test('loads little, compressed, once', async () => {
    const { page, search } = await stage.openWindow('about:blank');
    const scripts: { bytes: number; encoding: string; cache: string }[] = [];
    page.on('requestfinished', async (request) => {
      const response = await request.response();
      if (request.resourceType() !== 'script' || !response) return;
      const { 'content-encoding': encoding = '', 'cache-control': cache = '' } = await response.allHeaders();
      scripts.push({ bytes: (await request.sizes()).responseBodySize, encoding, cache });
    });
    await page.goto('/');
    await search.count();
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
    '/?versions[0]=70.0&versions[1]=69.0&products[0]=firefox&os[0]=win&channel[0]=release&sort=build.date_asc',
    '/?q=fire&published=2025-01-01..2025-12-31&built=2025-01-01..&locale[0]=de&tree[0]=mozilla-central',
  ])('searches once for %s, before the scripts that show it have loaded', async (address) => {
    const { page, search } = await stage.openWindow('about:blank');
    const searches: string[] = [];
    const { promise: searched, resolve } = Promise.withResolvers<void>();
    page.on('request', (request) => {
      if (new URL(request.url()).pathname !== '/api/searchkit') return;
      searches.push(request.postData() ?? '');
      resolve();
    });
    await page.route(/\/assets\/(react|search-page)\..*\.js$/, async (route) => {
      await searched;
      await route.continue();
    });
    await page.goto(address);
    await search.count();
    expect(searches).toHaveLength(1);
  });

  describe('searching', () => {
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
      const { page, ...search } = await stage.open();
      await page.getByRole('button', { name: 'Search syntax' }).click();
      const dialog = page.getByRole('dialog', { name: 'Search syntax' });
      const examples = await dialog.getByRole('listitem').getByRole('button').allTextContents();
      expect(examples.length).toBeGreaterThan(5);
      const requests = examples.map((query) => ({ indexName: 'builds', params: { query } }));
      const response = await fetch(`${stage.system.url}/api/searchkit`, {
        method: 'POST',
        body: JSON.stringify(requests),
      });
      expect(response.status).toBe(200);
      const example = 'fennec OR thunderbird';
      await dialog.getByRole('button', { name: example, exact: true }).click();
      await search.expectAddress(`?q=${example.replaceAll(' ', '+')}`);
      expect(await search.box.inputValue()).toBe(example);
      expect(await search.count()).toBeGreaterThan(0);
    });

    test('finds the revision that a row shows', async () => {
      const search = await stage.open('/?q=68.0b7');
      const shown = await search.rows
        .first()
        .getByRole('link', { name: /^[0-9a-f]{12}$/ })
        .textContent();
      await search.box.fill(shown ?? '');
      await search.expectAddress(`?q=${shown}`);
      await expect.poll(() => search.count()).toBeGreaterThan(0);
      expect(await search.rows.first().textContent()).toContain(shown);
    });
  });

  describe('facets', () => {
    test('show any of the chosen values, with counts that hold', async () => {
      const search = await stage.open('/?q=firefox');
      const all = await search.count();
      for (const [name, field] of [
        ['Channel', 'target.channel'],
        ['Version', 'target.version'],
      ] as const) {
        const chosen = await search.valuesOf(name, 2);
        expect(chosen, name).toHaveLength(2);
        let expected = 0;
        for (const { value, count } of chosen) {
          expected += count;
          await search.choice(name, value).check();
          await search.expectCount(expected);
        }
        const words = { query_string: { query: 'firefox*', fields: ['source.product'] } };
        const values = { terms: { [field]: chosen.map(({ value }) => value) } };
        expect(await stage.countOf({ bool: { filter: [words, values] } }), name).toBe(expected);
        await search.page.getByRole('button', { name: `Remove ${name}: ${chosen[0]?.value}` }).click();
        await search.expectCount(chosen[1]?.count ?? 0);
        await search.page.getByRole('button', { name: 'Clear all filters' }).click();
        await search.page.locator('#results:focus').waitFor();
        await search.expectCount(all);
        await search.expectAddress('?q=firefox');
      }
    });

    test('narrow each other, and products are chosen like all values', async () => {
      const search = await stage.open('/?products[0]=thunderbird&products[1]=fennec');
      const product = (name: string) => search.choice('Product', name);
      const both = { terms: { 'source.product': ['thunderbird', 'fennec'] } };
      await search.expectCount(await stage.countOf(both));
      expect(await product('thunderbird').isChecked()).toBe(true);
      expect(await product('fennec').isChecked()).toBe(true);
      expect(await product('All products').isChecked()).toBe(false);
      await search.facet('OS').getByRole('checkbox', { name: /^mac/ }).check();
      await search.expectCount(
        await stage.countOf({ bool: { filter: [both, { term: { 'target.os': 'mac' } }] } }),
      );
      // A product without builds on a Mac is not offered any more.
      await product('fennec').click();
      await product('devedition').check();
      await search.expectAddress('?products[0]=thunderbird&products[1]=devedition&os[0]=mac');
      await product('All products').check();
      await search.expectCount(await stage.countOf({ term: { 'target.os': 'mac' } }));
    });

    test('show a value as it is, also one that starts with a minus', async () => {
      const search = await stage.open('/?products[0]=odd');
      await search.choice('Locale', '-lead').check();
      await search.expectAddress('?products[0]=odd&locale[0]=-lead');
      await search.expectCount(1);
      const chips = search.page.getByRole('list', { name: 'Active filters' }).getByRole('listitem');
      expect(await chips.allTextContents()).toContain('Locale: -lead');
      await search.page.getByRole('button', { name: 'Export' }).click();
      // A refusal does not replace the page.
      const csv = search.page.locator('a[download]', { hasText: 'CSV' });
      expect(await csv.getAttribute('href')).toContain('locale=-lead');
      await search.page.reload();
      await search.expectCount(1);
      await search.page.getByRole('button', { name: 'Remove Locale: -lead' }).click();
      await search.expectAddress('?products[0]=odd');
    });

    test('are searched within, beyond what they list, and by the newest text', async () => {
      const { page, search, faults } = await stage.openWindow('/');
      const { promise: later, resolve } = Promise.withResolvers<void>();
      await page.route('/api/searchkit', async (route) => {
        const { facetQuery } = route.request().postDataJSON()[0].params;
        if (facetQuery === '6') await later;
        await (facetQuery === 'zz' ? route.abort() : route.continue());
      });
      const box = search.facet('Version').getByRole('searchbox', { name: 'Find in Version' });
      await box.fill('zz');
      await search.facet('Version').getByText("Can't reach the server").waitFor();
      expect(faults).toEqual([]);
      await box.fill('6');
      await box.fill('68.0B7');
      const found = search.facet('Version').getByRole('checkbox');
      await expect.poll(() => found.count()).toBe(1);
      const late = page.waitForEvent('requestfinished', (request) => /"6"/.test(request.postData() ?? ''));
      resolve();
      await late;
      expect(await found.count()).toBe(1);
      // The checkbox is gone from the list that follows, and the focus stays in the facet.
      await found.press('Space');
      await search.expectCount(1);
      await search.expectAddress('?versions[0]=68.0b7');
      await page.locator('.facet:focus-within, .facet:focus', { hasText: 'Version' }).first().waitFor();
      expect(await search.choice('Version', '68.0b7').isChecked()).toBe(true);
    });

    test('of dates narrow to days, both included', async () => {
      const [name, field, parameter] = ['Built (UTC)', 'build.date', 'built'];
      const search = await stage.open();
      await search.facet(name).getByLabel('From').fill('2025-06-01');
      await search.facet(name).getByLabel('To').fill('2025-08-31');
      const expected = await stage.countOf({ range: { [field]: { gte: '2025-06-01', lt: '2025-09-01' } } });
      expect(expected).toBeGreaterThan(0);
      await search.expectCount(expected);
      await search.expectAddress(`?${parameter}=2025-06-01..2025-08-31`);
      await search.page.getByRole('button', { name: /^Remove Built:/ }).click();
      await search.expectCount(stage.total);
    });

    test('of dates are typed part by part', async () => {
      const search = await stage.open();
      const from = search.facet('Built (UTC)').getByLabel('From');
      await from.click({ position: { x: 12, y: 12 } });
      await search.page.keyboard.type('01152025');
      await search.expectAddress('?built=2025-01-15..');
      await from.click({ position: { x: 12, y: 12 } });
      await search.page.keyboard.type('12');
      await search.expectAddress('?built=2025-12-15..');
      expect(await from.inputValue()).toBe('2025-12-15');
    });
  });

  describe('order and pages', () => {
    test('by either date, either way', async () => {
      const search = await stage.open();
      for (const [label, field, order, address] of [
        ['Built, newest first', 'build.date', 'desc', '?sort=build.date_desc'],
        ['Built, oldest first', 'build.date', 'asc', '?sort=build.date_asc'],
        ['Published, newest first', 'download.date', 'desc', ''],
      ] as const) {
        await search.page.getByRole('combobox', { name: 'Sort by' }).selectOption({ label });
        await search.expectAddress(address);
        const { hits } = await stage.search({ size: 1, sort: [{ [field]: order }, { id: order }] });
        await expect.poll(() => search.rows.first().getAttribute('id')).toBe(hits.hits[0]?._id);
      }
    });

    test('by the head of a column', async () => {
      const search = await stage.open();
      const head = search.page.getByRole('columnheader', { name: /^Published/ });
      expect(await head.getAttribute('aria-sort')).toBe('descending');
      await head.getByRole('button').click();
      await search.expectAddress('?sort=download.date_asc');
      await expect.poll(() => head.getAttribute('aria-sort')).toBe('ascending');
    });

    test('goes through the pages, and says that there are no more', async () => {
      const search = await stage.open();
      const first = await search.rows.first().getAttribute('id');
      await search.page.getByRole('link', { name: 'Next' }).click();
      await search.expectAddress('?p=2');
      await expect.poll(() => search.rows.first().getAttribute('id')).not.toBe(first);
      await search.page.getByRole('combobox', { name: 'Builds per page' }).selectOption('100');
      await search.expectAddress('?size=100');
      await expect.poll(() => search.rows.count()).toBe(100);
      await search.page.goto('/?p=400');
      await search.page.getByText('Page 400 does not exist.').waitFor();
      await search.expectCount(stage.total);
      await search.page.getByRole('button', { name: /^Go to page \d+, the last$/ }).click();
      await expect.poll(() => search.rows.count()).toBeGreaterThan(0);
    });
  });

  describe('addresses', () => {
    test('the back button undoes one step at a time, also from the page of a build', async () => {
      const search = await stage.open();
      await search.box.fill('thunderbird');
      await search.expectAddress('?q=thunderbird');
      const thunderbirds = await search.count();
      await search.facet('OS').getByRole('checkbox', { name: /^win/ }).check();
      await search.expectAddress('?q=thunderbird&os[0]=win');
      await search.rows.first().locator('a[href^="/builds/"]').click();
      await search.page.waitForURL(/\/builds\/\d+$/);
      await search.page.goBack();
      await search.expectAddress('?q=thunderbird&os[0]=win');
      await search.page.goBack();
      await search.expectAddress('?q=thunderbird');
      await search.expectCount(thunderbirds);
      expect(await search.box.inputValue()).toBe('thunderbird');
      await search.page.goBack();
      await search.expectCount(stage.total);
      expect(await search.box.inputValue()).toBe('');
    });

    test('a change soon after the back button reaches the address', async () => {
      const search = await stage.open();
      await search.box.fill('thunderbird');
      await search.expectAddress('?q=thunderbird');
      const win = search.facet('OS').getByRole('checkbox', { name: /^win/ });
      await win.evaluate(async (box: HTMLInputElement) => {
        history.back();
        await new Promise((resolve) => window.addEventListener('popstate', resolve, { once: true }));
        box.click();
      });
      await search.expectAddress('?os[0]=win');
      await search.page.goBack();
      await search.expectAddress('');
    });

    test('words that were not searched for yet are dropped by the back button', async () => {
      const search = await stage.open();
      await search.box.fill('thunderbird');
      await search.expectAddress('?q=thunderbird');
      await search.box.fill('thunderbird esr');
      await search.page.evaluate(() => history.back());
      await search.expectAddress('');
      // Longer than it takes until typed words are searched for.
      await search.page.waitForTimeout(400);
      await search.expectCount(stage.total);
      expect(await search.box.inputValue()).toBe('');
    });

    test('the back button works while the page starts too', async () => {
      const { page, search } = await stage.openWindow('/');
      // Goes back as soon as anything listens to the button: by hand that takes some luck.
      await page.addInitScript(() => {
        const add = window.addEventListener.bind(window);
        window.addEventListener = (...listener: Parameters<typeof add>) => {
          add(...listener);
          if (listener[0] !== 'popstate') return;
          window.history.replaceState(null, '', '/?q=thunderbird');
          window.dispatchEvent(new PopStateEvent('popstate'));
        };
      });
      await page.goto('/?q=thunderbird&os[0]=win');
      await search.expectCount(await stage.countOf({ match: { 'source.product': 'thunderbird' } }));
      await search.expectAddress('?q=thunderbird');
    });
  });

  describe('builds over time', () => {
    const year = '/?published=2025-01-01..2025-12-31';
    const chartOf = (page: Page) =>
      page.getByRole('figure', { name: 'Builds by the time they were published' });

    /** Drags over the bars, from one place to another; both are parts of the width. */
    async function drag(page: Page, from: number, to: number): Promise<void> {
      const plot = await chartOf(page).locator('.plot').boundingBox();
      if (!plot) throw new Error('There is no chart');
      await page.mouse.move(plot.x + plot.width * from, plot.y + 20);
      await page.mouse.down();
      await page.mouse.move(plot.x + plot.width * to, plot.y + 20, { steps: 4 });
      await page.mouse.up();
    }

    test('dragging over the bars narrows the search', async () => {
      const search = await stage.open(year);
      const before = await search.count();
      await drag(search.page, 0.25, 0.5);
      await search.expectAddress(/^\?published=2025-0[34]-\d\d\.\.2025-0[67]-\d\d$/);
      expect(await search.count()).toBeLessThan(before);
      await chartOf(search.page).getByRole('button', { name: 'All time' }).click();
      await search.expectCount(stage.total);
    });

    test('so do the sliders, by keyboard alone, over a visible range', async () => {
      const search = await stage.open(year);
      const before = await search.count();
      await search.page.getByRole('slider', { name: 'First bar' }).focus();
      for (let times = 0; times < 20; times++) await search.page.keyboard.press('ArrowRight');
      await chartOf(search.page).locator('.span').waitFor();
      await search.page.keyboard.press('Enter');
      await search.page.locator('#results:focus').waitFor();
      await search.expectAddress(/^\?published=2025-05-\d\d\.\./);
      const after = await search.count();
      expect(after).toBeGreaterThan(0);
      expect(after).toBeLessThan(before);
    });

    test('the chart covers the whole range, and a bar without builds leads nowhere', async () => {
      const address = '?published=2010-01-01..2026-12-31';
      const search = await stage.open(`/${address}`);
      await chartOf(search.page).getByText('2010-01', { exact: true }).waitFor();
      await drag(search.page, 0.01, 0.01);
      await drag(search.page, 0.02, 0.1);
      await drag(search.page, 0.5, 0.999);
      await search.expectAddress(/^\?published=2018-/);
    });
  });
}
