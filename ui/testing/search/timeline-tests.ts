import { describe, expect, test } from 'vitest';
import type { UiStage } from '../ui-stage.ts';

/** Builds over time on the search page. */
export function testTimeline(stage: UiStage): void {
  describe('builds over time', () => {
    test('drawing over the bars narrows the search', async () => {
      const search = await stage.open('/?published=2025-01-01..2025-12-31');
      const before = await search.count();
      const chart = search.page.getByRole('figure', { name: 'Builds by the time they were published' });
      const plot = await chart.locator('.plot').boundingBox();
      if (!plot) throw new Error('There is no chart');
      await search.page.mouse.move(plot.x + plot.width * 0.25, plot.y + 20);
      await search.page.mouse.down();
      await search.page.mouse.move(plot.x + plot.width * 0.5, plot.y + 20, { steps: 4 });
      await search.page.mouse.up();
      await search.expectAddress(/^\?published=2025-0[34]-\d\d\.\.2025-0[67]-\d\d$/);
      expect(await search.count()).toBeLessThan(before);
      await chart.getByRole('button', { name: 'All time' }).click();
      await search.expectCount(stage.buildhub.total);
    });

    test('so do the sliders, by keyboard alone', async () => {
      const search = await stage.open('/?published=2025-01-01..2025-12-31');
      const before = await search.count();
      await search.page.getByRole('slider', { name: 'First bar' }).focus();
      for (let times = 0; times < 20; times++) await search.page.keyboard.press('ArrowRight');
      await search.page.keyboard.press('Enter');
      await search.expectAddress(/^\?published=2025-05-\d\d\.\./);
      const after = await search.count();
      expect(after).toBeGreaterThan(0);
      expect(after).toBeLessThan(before);
    });
  });
}
