import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { readAlerts } from '../testing/read-rules.ts';

const alerts = readAlerts();

/** The sections of the runbook by their headings, as GitHub makes anchors of them; those of alerts are one word. */
const runbook = new Map(
  readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8')
    .split(/^#{2,3} /m)
    .map((section) => [section.slice(0, section.indexOf('\n')).toLowerCase(), section]),
);

test.each(alerts)(
  '$alert has a section in the runbook: what it means, what to look at and what to do',
  (alert) => {
    const anchor = alert.alert.toLowerCase();
    expect(alert.annotations.runbook_url).toBe(`docs/runbook.md#${anchor}`);
    for (const part of ['**Means**', '**Look**', '**Do**']) expect(runbook.get(anchor)).toContain(part);
  },
);

test('the runbook has no section about an alert that is gone, and no two alerts have one name', () => {
  const names = alerts.map(({ alert }) => alert.toLowerCase());
  const about = [...runbook.keys()].filter((anchor) => anchor.startsWith('buildhub'));
  expect(about.sort()).toEqual(names.sort());
});

const expected = z
  .object({
    tests: z.array(
      z.object({
        alert_rule_test: z
          .array(z.object({ alertname: z.string(), exp_alerts: z.array(z.unknown()) }))
          .default([]),
      }),
    ),
  })
  .parse(load(readFileSync(new URL('alerts.tests.yaml', import.meta.url), 'utf8')))
  .tests.flatMap(({ alert_rule_test }) => alert_rule_test);

// Whether it fires then is what promtool finds out.
test.each(alerts)('$alert is expected at some time, and not at another', ({ alert }) => {
  const counts = expected
    .filter(({ alertname }) => alertname === alert)
    .map(({ exp_alerts }) => exp_alerts.length);
  expect(counts).toContainEqual(expect.toSatisfy((count: number) => count > 0));
  expect(counts).toContain(0);
});
