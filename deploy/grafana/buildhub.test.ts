import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readPanels } from '../testing/read-dashboard.ts';
import { readAlerts } from '../testing/read-rules.ts';

const panels = readPanels();

test('panels have ids of their own, and none covers another', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  for (const { title, gridPos } of panels) expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
});

test('a panel that points to an alert points to one that exists', () => {
  const dashboard = readFileSync(new URL('buildhub.json', import.meta.url), 'utf8');
  const mentioned = dashboard.matchAll(/Alert: (Buildhub[A-Za-z]+)/g);
  const names = readAlerts().map(({ alert }) => alert);
  for (const [, name] of mentioned) expect(names).toContain(name);
});
