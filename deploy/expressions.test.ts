import { expect, test } from 'vitest';
import { allMetrics, type Metric } from '../telemetry/metrics.ts';
import { readMetrics, readSelectors } from './testing/promql.ts';
import { readPanels } from './testing/read-dashboard.ts';
import { readAlerts } from './testing/read-rules.ts';

const metrics = Object.values(allMetrics).flatMap((group) => Object.values<Metric>(group));

/** Every series name that Buildhub's metrics have, with its labels. */
const series = new Map<string, readonly string[]>(
  metrics.flatMap(({ name, type, labels }) =>
    type === 'histogram'
      ? ['bucket', 'sum', 'count'].map((suffix) => [`${name}_${suffix}`, [...labels, 'le']] as const)
      : [[name, labels] as const],
  ),
);

const alerts = readAlerts().map(({ alert, expr }) => [alert, expr] as const);
const panels = readPanels().flatMap(({ title, targets }) =>
  targets.map(({ expr }) => [title, expr] as const),
);

test.each([...alerts, ...panels])('%s names metrics and labels that exist: %s', (_, expression) => {
  const selectors = readSelectors(expression);
  expect(selectors).not.toEqual([]);
  for (const { metric, labels } of selectors) {
    if (/^(temporal|process|nodejs)_/.test(metric)) continue;
    expect([...series.keys()]).toContain(metric);
    for (const { name } of labels) expect(series.get(metric), metric).toContain(name);
  }
});

test('a metric that is counted is never looked at without a rate', () => {
  for (const [title, expression] of [...alerts, ...panels]) {
    const bare = /(?<![a-z_])(buildhub_[a-z_]+_total|[a-z_]+_bucket)(\{[^}]*\})?(?!\[|[a-z_{])/.exec(
      expression,
    );
    expect(bare?.[0], title).toBeUndefined();
  }
});

test('every metric of Buildhub is on the dashboard, or an alert is about it', () => {
  const named = new Set([...alerts, ...panels].flatMap(([, expression]) => readMetrics(expression)));
  const without = metrics.map(({ name }) => name).filter((name) => !named.has(name));
  // How many builds people look for says nothing about how the system is.
  expect(without).toEqual(['buildhub_api_search_records', 'buildhub_api_search_records_total']);
});
