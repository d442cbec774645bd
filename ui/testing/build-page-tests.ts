import { describe, expect, test } from 'vitest';
import { expectAccessible } from './accessible.ts';
import { hostileText, type SearchStage } from './search-stage.ts';

/** What the page shows without results, and the page of one build. */
export function testBuildPage(stage: SearchStage): void {
  describe('without results', () => {
    test('a search without results offers what would have some', async () => {
      const { page, search } = await stage.openWindow('/?q=fennec&os[0]=win');
      await page.getByRole('heading', { name: 'No builds found for “fennec”' }).waitFor();
      await search.expectCount(0);
      await page.getByRole('button', { name: 'Search for “fennec” without filters' }).click();
      await search.expectAddress('?q=fennec');
      await expect.poll(() => search.count()).toBeGreaterThan(0);
    });

    test('a misspelt word is offered as it is spelt, by mouse, keyboard and screen reader', async () => {
      const { page, search } = await stage.openWindow('/?q=fierfox+nigthly&os[0]=win');
      await search.expectCount(0);
      expect(await page.getByRole('main').getByRole('status').first().textContent()).toContain(
        'Did you mean firefox nightly?',
      );
      await expectAccessible(page, 'a spelling offered');
      await page.getByRole('button', { name: 'firefox nightly' }).focus();
      await page.keyboard.press('Enter');
      await search.expectAddress('?q=firefox+nightly&os[0]=win');
      await expect.poll(() => search.count()).toBeGreaterThan(0);
      expect(await search.box.inputValue()).toBe('firefox nightly');
    });

    test('a search that cannot be read says so, and is cleared', async () => {
      const { page, search } = await stage.openWindow(`/?q=${encodeURIComponent("'(target.version:")}`);
      const alert = page.getByRole('alert');
      await alert.getByRole('heading', { name: 'This search is not valid' }).waitFor();
      expect(await alert.textContent()).toContain("Cannot parse '(target.version:'");
      expect(await alert.getByRole('button', { name: 'Try again' }).count()).toBe(0);
      await alert.getByRole('button', { name: 'Clear the search text' }).click();
      await search.expectCount(stage.total);
    });

    test('a search without Elasticsearch fails, and succeeds again by "Try again"', async () => {
      const { page, search } = await stage.openWindow('/');
      await search.count();
      const { elasticsearch } = stage.system;
      elasticsearch.fail('unreachable');
      try {
        await search.box.fill('thunderbird');
        const alert = page.getByRole('alert');
        await alert.getByRole('heading', { name: 'Search failed' }).waitFor();
        await search.expectAddress('?q=thunderbird');
        expect(await alert.textContent()).toContain('Search is unavailable');
        expect(await page.getByRole('button', { name: 'Export' }).isDisabled()).toBe(true);
      } finally {
        elasticsearch.fail(undefined);
      }
      await page.getByRole('alert').getByRole('button', { name: 'Try again' }).click();
      await page.locator('#results:focus').waitFor();
      await search.expectCount(await stage.countOf({ term: { 'source.product': 'thunderbird' } }));
    });

    test.each([
      ['a script of the page', /\/assets\/search-page\..*\.js$/],
      ['the first script', /\/assets\/index\..*\.js$/],
    ])('without %s it says so, and works when it is loaded again', async (_, part) => {
      const { page, search } = await stage.openWindow('about:blank');
      await page.route(part, (route) => route.abort());
      await page.goto('/');
      const alert = page.getByRole('alert');
      await alert.getByRole('heading', { name: 'This page has not loaded yet' }).waitFor();
      await expectAccessible(page, 'the scripts did not arrive');
      await page.unroute(part);
      await alert.getByRole('link', { name: 'Reload' }).click();
      await search.expectCount(stage.total);
    });
  });

  describe('the page of a build', () => {
    test('has every field, its relatives and the JSON as it was published', async () => {
      const id = await stage.idOf({
        query_string: { query: 'target.version:70.0 AND target.channel:release' },
      });
      const { page, search } = await stage.openWindow(`/builds/${id}`);
      await page.getByRole('heading', { level: 1, name: 'firefox 70.0 win64 en-US' }).waitFor();
      expect(await page.title()).toBe('firefox 70.0 win64 en-US – Buildhub');
      const build = page.getByRole('region', { name: 'Build', exact: true });
      expect(await build.textContent()).toContain('x86_64-pc-mingw32');
      const record = await (await fetch(`${stage.system.url}/api/records/${id}`)).json();
      const provenance = page.getByRole('region', { name: 'Provenance' });
      await provenance.getByText(record.hash).waitFor();
      await provenance.getByRole('button', { name: 'Copy hash' }).click();
      await expect.poll(search.copied).toBe(record.hash);
      expect(await provenance.textContent()).toContain(record.s3.key);
      const ingestion = page.getByRole('region', { name: 'Ingestion' });
      await ingestion.getByText('ingested').waitFor();
      const run = provenance.getByRole('link', { name: 'Run in the Temporal UI' });
      expect(await run.getAttribute('href')).toContain(stage.system.sandbox.config.TEMPORAL_UI_URL);
      const others = page.getByRole('region', { name: 'Other records of the same object' });
      // A release of Firefox is a beta too.
      await others.getByRole('link', { name: /^Its beta twin/ }).click();
      await expect.poll(() => page.url()).not.toMatch(new RegExp(`/${id}$`));
      await page.getByRole('heading', { level: 1, name: 'firefox 70.0 win64 en-US' }).waitFor();
      const siblings = page.getByRole('region', { name: 'Same build, other platforms and locales' });
      await siblings.getByText('2 builds with build ID 20191016161957').waitFor();
      await page.getByText('JSON', { exact: true }).click();
      const json = await page.getByRole('region', { name: 'Record as JSON' }).textContent();
      expect(JSON.parse(json ?? '').build.id).toBe('20191016161957');
    });

    test('leads to the builds before and after, and to what was pushed in between', async () => {
      const nightly = 'source.product:firefox AND target.channel:nightly AND target.platform:win64';
      const { hits } = await stage.search({
        size: 50,
        query: { query_string: { query: nightly } },
        sort: [{ 'build.date': 'asc' }],
      });
      const [first, second, third] = hits.hits.map(({ _id }) => _id);
      const { page } = await stage.openWindow(`/builds/${second}`);
      const around = page.getByRole('region', { name: 'Before and after' });
      const links = around.getByRole('link', { name: /^\d/ });
      await links.first().waitFor();
      expect(await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')))).toEqual([
        `/builds/${first}`,
        `/builds/${third}`,
      ]);
      expect(await around.getByRole('link', { name: 'View pushlog' }).first().getAttribute('href')).toContain(
        'fromchange=',
      );
    });

    test('that does not exist says so', async () => {
      const { page, search } = await stage.openWindow('/builds/999999999');
      await page.getByRole('heading', { name: 'No build with id 999999999' }).waitFor();
      await page.getByRole('link', { name: 'Search all builds' }).click();
      await search.expectCount(stage.total);
    });
  });

  test('values are never parsed as HTML or followed as links', async () => {
    const { page, search, faults } = await stage.openWindow(
      `/?q=${encodeURIComponent("'source.product:*img*")}`,
    );
    await search.expectCount(1);
    await search.rows
      .first()
      .getByRole('button', { name: /^Record of/ })
      .click();
    const id = await search.rows.first().getAttribute('id');
    const check = async () => {
      expect(await page.getByText(hostileText, { exact: true }).count()).toBeGreaterThan(3);
      expect(await page.locator('img, [href^="javascript"]').count()).toBe(0);
    };
    await check();
    await page.goto(`/builds/${id}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await check();
    expect(faults).toEqual([]);
  });
}
