import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** The search page as a person meets it: everything is found by its role and name. */
export function searchPage(page: Page) {
  const status = page.getByRole('main').getByRole('status').first();
  return {
    page,
    box: page.getByRole('searchbox', { name: 'Search builds' }),
    rows: page.getByRole('table', { name: 'Builds' }).locator('tbody tr:not(.record-row)'),
    facet: (name: string) => page.getByRole('group', { name, exact: true }),

    /** A value of a facet; its accessible name ends with its number of builds. */
    choice(facet: string, value: string) {
      const name = new RegExp(`^${value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')} ?,`);
      return this.facet(facet).getByRole('checkbox', { name });
    },

    /** The first values of a facet, and how many builds each says that it has. */
    async valuesOf(facet: string, most: number) {
      const texts = await this.facet(facet).getByRole('listitem').allTextContents();
      return texts.slice(0, most).map((text) => {
        const [, value = '', count = ''] = /^(.*?)([\d,]+), \2 builds?$/.exec(text) ?? [];
        return { value, count: Number(count.replaceAll(',', '')) };
      });
    },

    /** What a person would paste now. */
    copied: () => page.evaluate(() => navigator.clipboard.readText()),

    /** The number that the live region says, once it says one. */
    async count(): Promise<number> {
      await page.waitForFunction(() => document.querySelector('main')?.dataset.status === 'idle');
      await status.filter({ hasNotText: 'Searching' }).waitFor();
      const text = (await status.textContent()) ?? '';
      return Number(/^([\d,]+) builds? found(\.|$)/.exec(text)?.[1]?.replaceAll(',', '') ?? Number.NaN);
    },

    async expectCount(expected: number): Promise<void> {
      await expect.poll(() => this.count()).toBe(expected);
    },

    /** The part of the address after the path, once it is what it should be. */
    async expectAddress(expected: string | RegExp): Promise<void> {
      const read = () => decodeURIComponent(new URL(page.url()).search);
      if (typeof expected === 'string') await expect.poll(read).toBe(expected);
      else await expect.poll(read).toMatch(expected);
    },
  };
}
