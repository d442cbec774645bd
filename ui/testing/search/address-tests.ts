import { describe, expect, test } from 'vitest';
import { searchPage } from '../search-page.ts';
import type { UiStage } from '../ui-stage.ts';

/** Order, pages and addresses of the search page. */
export function testAddresses(stage: UiStage): void {
  describe('order and pages', () => {
    test('by either date, either way', async () => {
      const search = await stage.open();
      for (const [label, field, order, address] of [
        ['Built, newest first', 'build.date', 'desc', '?sort=build.date_desc'],
        ['Built, oldest first', 'build.date', 'asc', '?sort=build.date_asc'],
        ['Published, oldest first', 'download.date', 'asc', '?sort=download.date_asc'],
        ['Published, newest first', 'download.date', 'desc', ''],
      ] as const) {
        await search.page.getByRole('combobox', { name: 'Sort by' }).selectOption({ label });
        await search.expectAddress(address);
        const { hits } = await stage.buildhub.search({ size: 1, sort: [{ [field]: order }, { id: order }] });
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

    test('goes through the pages, and says where they end', async () => {
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
      await search.expectCount(stage.buildhub.total);
      await search.page.getByRole('button', { name: /^Go to page \d+, the last$/ }).click();
      await expect.poll(() => search.rows.count()).toBeGreaterThan(0);
    });
  });

  describe('addresses', () => {
    test('links of Buildhub2 lead where they did', async () => {
      const { page } = await stage.browser.open(
        '/?q=firefox&versions%5B0%5D=70.0&products[0]=firefox&sort=build.date_desc',
      );
      const search = searchPage(page);
      await search.expectCount(2);
      expect(await page.getByRole('radio', { name: /^firefox/ }).isChecked()).toBe(true);
      expect(
        await search
          .facet('Version')
          .getByRole('checkbox', { name: /^70\.0 ?,/ })
          .isChecked(),
      ).toBe(true);
      expect(await page.getByRole('combobox', { name: 'Sort by' }).inputValue()).toBe('build.date_desc');
      expect(page.url()).toContain('versions%5B0%5D=70.0');
      expect(await page.evaluate(() => window.history.length)).toBeLessThanOrEqual(2);
    });

    test('the back button takes back one step at a time, also from the page of a build', async () => {
      const search = await stage.open();
      await search.box.fill('thunderbird');
      await search.expectAddress('?q=thunderbird');
      const thunderbirds = await search.count();
      await search.facet('OS').getByRole('checkbox', { name: /^win/ }).check();
      await search.expectAddress('?q=thunderbird&os[0]=win');
      await search.rows
        .first()
        .getByRole('link')
        .filter({ has: search.page.locator('time') })
        .click();
      await search.page.waitForURL(/\/builds\/\d+$/);
      await search.page.goBack();
      await search.expectAddress('?q=thunderbird&os[0]=win');
      await search.page.goBack();
      await search.expectAddress('?q=thunderbird');
      await search.expectCount(thunderbirds);
      expect(await search.box.inputValue()).toBe('thunderbird');
      await search.page.goBack();
      await search.expectCount(stage.buildhub.total);
      expect(await search.box.inputValue()).toBe('');
    });
  });
}
