import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { metricsPage, withMetricsTable } from './generate-metrics-table.ts';
import { allMetrics, type Metric } from './metrics.ts';

const metrics = Object.values(allMetrics).flatMap((group) => Object.values<Metric>(group));

test('docs/observability.md has the table that telemetry/metrics.ts makes', () => {
  const page = readFileSync(metricsPage, 'utf8');
  expect(page, 'docs/observability.md is stale: run "npm run docs:metrics" and commit it').toBe(
    withMetricsTable(page),
  );
});

test.each(metrics.map(({ name, help, type }) => [name, help, type] as const))(
  '%s is named as Prometheus wants it, and described',
  (name, help, type) => {
    expect(help).toMatch(/^[A-Z1].*[^.]$/);
    expect(name).toMatch(/^buildhub_[a-z_]+$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    expect(name).not.toMatch(/_(count|sum|bucket|milliseconds|ms)$/);
    if (type === 'histogram') expect(name).toMatch(/_seconds$/);
  },
);

test('no two metrics have the same name', () => {
  expect(new Set(metrics.map(({ name }) => name)).size).toBe(metrics.length);
});
