import { readFileSync } from 'node:fs';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { makeMetrics } from './declare-metrics.ts';
import { metricsPage, withMetricsTable } from './generate-metrics-table.ts';
import { allMetrics } from './metrics.ts';

const registry = new Registry();
for (const group of Object.values(allMetrics)) makeMetrics(group, registry);

test('docs/observability.md has the table that telemetry/metrics.ts makes', () => {
  const page = readFileSync(metricsPage, 'utf8');
  expect(page, 'docs/observability.md is stale: run "npm run docs:metrics" and commit it').toBe(
    withMetricsTable(page),
  );
});

test.each(registry.getMetricsAsArray().map(({ name, help, type }) => [name, help, String(type)] as const))(
  '%s is named as Prometheus wants it, and described',
  (name, help, type) => {
    expect(help).toMatch(/^[A-Z1].*[^.]$/);
    expect(name).toMatch(/^buildhub_[a-z_]+$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    expect(name).not.toMatch(/_(count|sum|bucket|milliseconds|ms)$/);
    if (type === 'histogram') expect(name).toMatch(/_seconds$/);
  },
);
