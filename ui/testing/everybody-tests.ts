import { describe, expect, test } from 'vitest';
import { expectAccessible, expectNoSidewaysScroll } from './accessible.ts';
import { searchPage } from './search-page.ts';
import type { SearchStage } from './search-stage.ts';

/** Every view, width and way to move about. */
export function testForEverybody(stage: SearchStage): void {
  describe('everybody can use it', () => {
    test.each([
      { name: 'on a wide screen', viewport: { width: 1440, height: 900 } },
      { name: 'on a phone', viewport: { width: 390, height: 844 } },
    ])('$name, light and dark', async ({ viewport }) => {
      const { page, faults } = await stage.browser.open('/?q=firefox&channel[0]=release&size=8', {
        viewport,
      });
      const search = searchPage(page);
      await search.count();
      const isPhone = viewport.width < 500;
      if (isPhone) await page.getByRole('button', { name: /^Filters/ }).click();
      await page
        .getByRole('button', { name: /^Record of/ })
        .first()
        .click();
      await expectAccessible(page, 'a record and the filters open');
      await expectNoSidewaysScroll(page);
      await page.getByRole('button', { name: 'Export' }).click();
      await expectAccessible(page, 'the export open');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Columns' }).click();
      await expectAccessible(page, 'the columns open');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Search syntax' }).click();
      await expectAccessible(page, 'the help open');
      await page.goto('/?q=zzz');
      await page.getByRole('heading', { name: /^No builds found/ }).waitFor();
      await expectAccessible(page, 'nothing found');
      await page.goto("/?q='(");
      await page.getByRole('alert').waitFor();
      await expectAccessible(page, 'an error');
      await page.goto(`/builds/${await stage.idOf({ term: { 'target.version': '70.0' } })}`);
      await page.getByRole('row', { name: /^indexBuilds/ }).waitFor();
      await expectAccessible(page, 'the page of a build');
      await expectNoSidewaysScroll(page);
      expect(faults).toEqual([]);
    });

    test('nothing moves sideways at any width', async () => {
      const { page } = await stage.browser.open('about:blank');
      for (const width of [320, 390, 768, 1024, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        // Weeks, which the second has, have the longest labels.
        for (const address of ['/', '/?q=thunderbird&os[0]=win']) {
          await page.goto(address);
          await searchPage(page).count();
          await expectNoSidewaysScroll(page);
        }
      }
    });

    test('the foot of the page leads to the API and the project', async () => {
      const { page } = await stage.browser.open('/');
      const foot = page.getByRole('contentinfo');
      const project = foot.getByRole('link', { name: 'Documentation' });
      await project.waitFor();
      const addresses = await foot
        .getByRole('link')
        .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href));
      expect(addresses).toHaveLength(4);
      for (const address of addresses) expect(new URL(address).protocol).toMatch(/^https?:$/);
      await foot.getByRole('link', { name: 'API' }).click();
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForURL(/\/api\/docs$/);
    });

    test('by keyboard alone: to the search box, to the results, into a record', async () => {
      const { page } = await stage.browser.open('/');
      const search = searchPage(page);
      await search.count();
      await page.getByRole('radio', { name: /^All products/ }).focus();
      await page.keyboard.press('/');
      await page.keyboard.type('68.0b7');
      await search.expectCount(1);
      const opener = page.getByRole('button', { name: /^Record of firefox 68\.0b7/ });
      for (
        let steps = 0;
        steps < 120 && !(await opener.evaluate((button) => button === document.activeElement));
        steps++
      ) {
        await page.keyboard.press('Tab');
      }
      await page.keyboard.press('Enter');
      expect(await opener.getAttribute('aria-expanded')).toBe('true');
    });
  });
}
