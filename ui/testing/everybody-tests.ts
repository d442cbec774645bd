import { describe, expect, test } from 'vitest';
import { expectAccessible, expectNoSidewaysScroll } from './accessible.ts';
import type { SearchStage } from './search-stage.ts';

/** Every view, width and way to move about. */
export function testForEverybody(stage: SearchStage): void {
  describe('everybody can use it', () => {
    test.each([
      { name: 'on a wide screen', viewport: { width: 1440, height: 900 } },
      { name: 'on a phone', viewport: { width: 390, height: 844 } },
    ])('$name, light and dark', async ({ viewport }) => {
      const { page, search, faults } = await stage.openWindow('/?q=firefox&channel[0]=release&size=8', {
        viewport,
      });
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
      await page.getByRole('region', { name: 'Ingestion' }).getByText('ingested').waitFor();
      await expectAccessible(page, 'the page of a build');
      await expectNoSidewaysScroll(page);
      expect(faults).toEqual([]);
    });

    test('nothing moves sideways at any width', async () => {
      const { page, search } = await stage.openWindow('about:blank');
      // Weeks, which the second has, have the longest labels.
      for (const address of ['/', '/?q=thunderbird&os[0]=win']) {
        await page.goto(address);
        await search.count();
        for (const width of [1280, 1024, 768, 390, 320]) {
          await page.setViewportSize({ width, height: 800 });
          await expectNoSidewaysScroll(page);
        }
      }
    });

    test.each([320, 390])('the date of a build is whole at %i px, also in a wide font', async (width) => {
      const { page, search } = await stage.openWindow('/', { viewport: { width, height: 800 } });
      await search.count();
      for (const font of ['', '15px "DejaVu Sans", Verdana, sans-serif']) {
        await page.evaluate((given) => {
          document.body.style.font = given;
        }, font);
        const cut = await page.locator('td time').evaluateAll(
          (times) =>
            times.filter((time) => {
              const frame = time.closest('.scroll-frame')?.getBoundingClientRect();
              const cell = time.closest('td');
              const isClipped = cell !== null && cell.scrollWidth > cell.clientWidth;
              return isClipped || time.getBoundingClientRect().right > (frame?.right ?? 0);
            }).length,
        );
        expect(cut, font).toBe(0);
      }
    });

    test('forced colours show what is chosen', async () => {
      const { page, search } = await stage.openWindow('/?products[0]=firefox&p=2', {
        forcedColors: 'active',
      });
      await search.count();
      // The browser draws its own checkboxes in the colours that the system forces.
      const box = await search.choice('Product', 'firefox').boundingBox();
      expect(box?.width).toBeGreaterThan(10);
      const link = page.getByRole('navigation', { name: 'Pages of results' }).getByRole('link');
      const backgrounds = await link.evaluateAll((links) =>
        links.map((one) => [one.getAttribute('aria-current'), getComputedStyle(one).backgroundColor]),
      );
      const current = backgrounds.find(([isCurrent]) => isCurrent === 'page')?.[1];
      expect(backgrounds.filter(([, background]) => background === current)).toHaveLength(1);
    });

    test('a menu closes when the focus leaves it, and on Escape', async () => {
      const { page, box } = await stage.open();
      const menu = page.getByRole('button', { name: 'Columns' });
      const panel = page.getByRole('group', { name: 'Columns' });
      await menu.click();
      await panel.waitFor();
      await page.keyboard.press('Shift+Tab');
      await panel.waitFor({ state: 'hidden' });
      await menu.click();
      await panel.getByText('Build ID').click();
      expect(await panel.isVisible()).toBe(true);
      await page.keyboard.press('Escape');
      await panel.waitFor({ state: 'hidden' });
      await menu.click();
      await page.getByRole('button', { name: 'Reset columns' }).click();
      expect(await panel.isVisible()).toBe(true);
      await box.click();
      await panel.waitFor({ state: 'hidden' });
    });

    test('the footer leads to the documentation and the API of this server', async () => {
      const { page } = await stage.open();
      const links = page.getByRole('contentinfo').getByRole('link');
      const addresses = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')));
      expect(addresses).toEqual(['/docs', '/api/docs']);
      for (const address of addresses) {
        await page.goto(address ?? '');
        await page.getByRole('heading', { level: 1 }).waitFor();
      }
    });

    test('by keyboard alone: to the search box, to the results, into a record', async () => {
      const { page, search } = await stage.openWindow('/');
      await search.count();
      await page.getByRole('link', { name: 'Skip to results' }).press('Enter');
      await page.locator('#results:focus').waitFor();
      await search.choice('Product', 'All products').focus();
      await page.keyboard.press('/');
      await page.keyboard.type('68.0b7');
      await search.expectCount(1);
      await search.expectAddress('?q=68.0b7');
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
