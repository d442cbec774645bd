import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { SearchStage } from './search-stage.ts';

/** The table of the search page. */
export function testTable(stage: SearchStage): void {
  describe('the table', () => {
    test('opens the whole record of a row, and copies from it', async () => {
      const search = await stage.open('/?q=68.0b7');
      const opener = search.page.getByRole('button', { name: /^Record of firefox 68\.0b7/ });
      await opener.click();
      expect(await opener.getAttribute('aria-expanded')).toBe('true');
      const source = search.page.getByRole('region', { name: 'Source' });
      const revision = 'ed47966f79228df65b6326979609fbee94731ef0';
      expect(await source.textContent()).toContain(revision);
      await source.getByRole('button', { name: 'Copy revision' }).click();
      await expect.poll(search.copied).toBe(revision);
      await search.page.getByRole('button', { name: 'Copy JSON' }).click();
      await expect.poll(search.copied).toMatch(/^\{/);
      const published = readFileSync(
        new URL('../../schema/samples/firefox-68.0b7-linux-x86_64.json', import.meta.url),
        'utf8',
      );
      expect(JSON.parse(await search.copied())).toEqual(JSON.parse(published));
      await search.page.evaluate(() => {
        navigator.clipboard.writeText = () => Promise.reject();
        document.execCommand = () => false;
      });
      await search.page.getByRole('button', { name: 'Copy JSON' }).click();
      await search.page.locator('.toast', { hasText: 'Your browser blocked copying' }).waitFor();
    });

    test('copies numbers with the digits that were published', async () => {
      const search = await stage.open('/?products[0]=odd');
      await search.page.getByRole('button', { name: /^Record of odd/ }).click();
      await search.page.getByRole('button', { name: 'Copy JSON' }).click();
      await expect.poll(search.copied).toContain('"size": 9007199254740993,');
      expect(await search.copied()).toContain('"number": 1.0');
      await search.page.getByText('9007199254740993 bytes').waitFor();
      const revision = await search.page.getByRole('link', { name: 'Revision' }).getAttribute('href');
      expect(revision).toMatch(/^https:\/\/github\.com\/mozilla-firefox\/firefox\/commit\/0123456789/);
    });

    test('is copied as it looks', async () => {
      const { page, rows, copied } = await stage.open('/?q=68.0b7');
      await rows.first().evaluate((row) => getSelection()?.selectAllChildren(row));
      await page.keyboard.press('ControlOrMeta+C');
      await expect.poll(copied).toContain('20190603181408');
      const text = (await copied()).replace(/\s+/g, ' ').trim();
      expect(text).toMatch(/^firefox 68\.0b7 .* [0-9a-f]{12} ?log ?CI [\d.]+ MB$/);
    });

    test.each([1440, 1280])('has room for its columns at %i px', async (width) => {
      const { page, search } = await stage.openWindow('/?products[0]=firefox', {
        viewport: { width, height: 900 },
      });
      await search.count();
      const hidden = await page
        .getByRole('table')
        .evaluate(({ scrollWidth, parentElement }) => scrollWidth - (parentElement?.clientWidth ?? 0));
      expect(hidden).toBeLessThanOrEqual(0);
    });

    test.each([1440, 720, 390])(
      'shows the columns that a person chooses at %i px, next time too',
      async (width) => {
        const { page, search } = await stage.openWindow('/', { viewport: { width, height: 900 } });
        await search.count();
        const heads = async () =>
          (await page.getByRole('columnheader').allTextContents()).map((head) => head.trim());
        await page.getByRole('button', { name: 'Columns' }).click();
        for (const name of ['Channel', 'Locale', 'Tree', 'Size', 'Build ID', 'Revision', 'Built']) {
          const box = page.getByRole('checkbox', { name, exact: true });
          const head = (await heads()).some((text) => text.startsWith(name));
          expect(head, name).toBe(await box.isChecked());
          await box.setChecked(!head);
          expect(
            (await heads()).some((text) => text.startsWith(name)),
            name,
          ).toBe(!head);
        }
        const chosen = await heads();
        await page.reload();
        await search.count();
        expect(await heads()).toEqual(chosen);
      },
    );

    test.each([1440, 390])('leads to the pushlog between two builds at %i px', async (width) => {
      const { page } = await stage.openWindow('/?channel[0]=nightly&products[0]=firefox&size=100', {
        viewport: { width, height: 900 },
      });
      const boxes = page.getByRole('checkbox', { name: /^Compare firefox/ });
      await boxes.first().check();
      await page.getByText('Pick a second build').waitFor();
      await boxes.last().check();
      const link = page.getByRole('link', { name: 'View pushlog' });
      expect(await link.getAttribute('href')).toMatch(
        /^https:\/\/hg\.mozilla\.org\/mozilla-central\/pushloghtml\?fromchange=[0-9a-f]{40}&tochange=[0-9a-f]{40}$/,
      );
    });

    test('is taken along as a command that finds the same, and as CSV', async () => {
      const search = await stage.open('/?q=thunderbird&os[0]=win&size=60');
      const count = await search.count();
      await search.page.getByRole('button', { name: 'Export' }).click();
      await search.page.getByRole('button', { name: 'Copy as curl' }).click();
      await expect.poll(search.copied).toMatch(/^curl /);
      const command = await search.copied();
      const { stdout: found } = await promisify(execFile)('sh', ['-c', command]);
      expect(JSON.parse(found).hits.total).toBe(count);
      const whole = await search.page.getByRole('link', { name: 'CSV' }).getAttribute('href');
      const all = await (await fetch(new URL(whole ?? '', stage.system.url))).text();
      expect(all.trim().split('\n')).toHaveLength(1 + count);
    });
  });
}
