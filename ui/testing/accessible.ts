import axe, { type AxeResults, type RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/**
 * Expects that axe finds nothing wrong with a page as it is now: everything when light, and the contrasts when dark; and
 * that no target is smaller than 24 by 24 pixels, unless it stands in a line of text.
 */
export async function expectAccessible(page: Page, when: string): Promise<void> {
  expect(await smallTargets(page), when).toEqual([]);
  await page.evaluate(`globalThis.axe || (() => { ${axe.source} })()`);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await violations(page, { runOnly: ['color-contrast'] }), `${when}, dark`).toEqual([]);
  await page.emulateMedia({ colorScheme: 'light' });
  expect(await violations(page, {}), when).toEqual([]);
}

async function violations(page: Page, options: RunOptions): Promise<string[]> {
  const found = await page.evaluate(
    (given) =>
      (globalThis as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } }).axe.run(given),
    // Only what is wrong is described, which saves most of the time.
    { ...options, resultTypes: ['violations'] } satisfies RunOptions,
  );
  return found.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target} ${node.failureSummary}`).join('; ')}`,
  );
}

async function smallTargets(page: Page): Promise<string[]> {
  return await page.locator('a, button, input, select, summary').evaluateAll((targets) =>
    targets
      .filter((target) => {
        const label = target instanceof HTMLInputElement ? target.labels?.[0] : undefined;
        const { width, height } = (label ?? target).getBoundingClientRect();
        const isSeen =
          target.checkVisibility({ visibilityProperty: true }) &&
          !target.closest('.visually-hidden, .span-sliders:not(:focus-within)');
        const isInText = getComputedStyle(target).display === 'inline' && target.closest('p') !== null;
        return isSeen && !isInText && (width < 24 || height < 24);
      })
      .map((target) => {
        const { width, height } = target.getBoundingClientRect();
        return `${target.outerHTML.slice(0, 120)} is ${width} by ${height}`;
      }),
  );
}

/** Expects that a page is no wider than its window. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const { scrollWidth, clientWidth } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return { scrollWidth, clientWidth };
  });
  expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
}
