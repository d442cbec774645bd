import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readAlerts } from '../testing/read-rules.ts';

const root = new URL('../../', import.meta.url);
const alerts = readAlerts();

/** Headings of a page as GitHub makes anchors of them, each with the text below it. */
function sections(page: string): Map<string, string> {
  const text = readFileSync(new URL(page, root), 'utf8');
  const parts = text.split(/^#{2,3} /m).slice(1);
  return new Map(
    parts.map((part) => {
      const [heading = '', ...rest] = part.split('\n');
      return [
        heading
          .toLowerCase()
          .replaceAll(/[^a-z0-9 -]/g, '')
          .replaceAll(' ', '-'),
        rest.join('\n'),
      ];
    }),
  );
}

test('no two alerts have the same name', () => {
  expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
});

describe.each(alerts.map((alert) => [alert.alert, alert] as const))('%s', (name, alert) => {
  test('has a section in the runbook that says what it means, what to look at and what to do', () => {
    const [page = '', anchor = ''] = alert.annotations.runbook_url.split('#');
    expect(existsSync(new URL(page, root)), page).toBe(true);
    const section = sections(page).get(anchor);
    expect(anchor).toBe(name.toLowerCase());
    expect(section, `${page} has no section ${name}`).toBeDefined();
    for (const part of ['**Means**', '**Look**', '**Do**']) expect(section).toContain(part);
  });
});

test('the runbook has no section about an alert that is gone', () => {
  const names = alerts.map(({ alert }) => alert.toLowerCase());
  const about = [...sections('docs/runbook.md').keys()].filter((anchor) => anchor.startsWith('buildhub'));
  expect(about.sort()).toEqual(names.sort());
});
