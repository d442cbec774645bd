import { describe, expect, test } from 'vitest';
import type { UiStage } from '../ui-stage.ts';

/** Facets of the search page. */
export function testFacets(stage: UiStage): void {
  describe('facets', () => {
    test('show any of the chosen values, with counts that hold', async () => {
      const search = await stage.open('/?q=firefox');
      const all = await search.count();
      for (const [name, field] of [
        ['Channel', 'target.channel'],
        ['Version', 'target.version'],
        ['Platform', 'target.platform'],
        ['OS', 'target.os'],
        ['Locale', 'target.locale'],
        ['Tree', 'source.tree'],
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
        await search.expectCount(all);
        await search.expectAddress('?q=firefox');
      }
    });

    test('narrow each other, and a product is one of several', async () => {
      const search = await stage.open();
      await search.page.getByRole('radio', { name: /^thunderbird/ }).check({ force: true });
      await search.expectCount(await stage.countOf({ term: { 'source.product': 'thunderbird' } }));
      await search.facet('OS').getByRole('checkbox', { name: /^mac/ }).check();
      const both = [{ term: { 'source.product': 'thunderbird' } }, { term: { 'target.os': 'mac' } }];
      await search.expectCount(await stage.countOf({ bool: { filter: both } }));
      await search.expectAddress('?products[0]=thunderbird&os[0]=mac');
      await search.page.getByRole('radio', { name: /^All products/ }).check({ force: true });
      await search.expectCount(await stage.countOf({ term: { 'target.os': 'mac' } }));
    });

    test('are searched within, beyond what they list', async () => {
      const search = await stage.open();
      await search.facet('Version').getByRole('searchbox', { name: 'Find in Version' }).fill('68.0B7');
      const found = search.facet('Version').getByRole('checkbox');
      await expect.poll(() => found.count()).toBe(1);
      await found.click();
      await search.expectCount(1);
      await search.expectAddress('?versions[0]=68.0b7');
      expect(await search.choice('Version', '68.0b7').isChecked()).toBe(true);
    });

    test.each([
      ['Published (UTC)', 'download.date', 'published'],
      ['Built (UTC)', 'build.date', 'built'],
    ])('%s narrows to days, both included', async (name, field, parameter) => {
      const search = await stage.open();
      await search.facet(name).getByLabel('From').fill('2025-06-01');
      await search.facet(name).getByLabel('To').fill('2025-08-31');
      const expected = await stage.countOf({ range: { [field]: { gte: '2025-06-01', lt: '2025-09-01' } } });
      expect(expected).toBeGreaterThan(0);
      await search.expectCount(expected);
      await search.expectAddress(`?${parameter}=2025-06-01..2025-08-31`);
      await search.page.getByRole('button', { name: `${name.replace(' (UTC)', '')} at any time` }).click();
      await search.expectCount(stage.buildhub.total);
    });
  });
}
