import { readFileSync, writeFileSync } from 'node:fs';
import { withTable } from '../docs/generate-configuration.ts';
import { allMetrics, type Metric } from './metrics.ts';

export const metricsPage = new URL('../docs/observability.md', import.meta.url);

const owners: Readonly<Record<keyof typeof allMetrics, string>> = {
  processMetrics: 'every process',
  pollerMetrics: 'poller',
  workerMetrics: 'worker',
  apiMetrics: 'API',
  storeMetrics: 'API, about the stores',
};

/** The page with the table of telemetry/metrics.ts, see {@link withTable}. */
export function withMetricsTable(page: string): string {
  const rows = Object.entries(allMetrics).flatMap(([group, metrics]) =>
    Object.values<Metric>(metrics).map(({ name, help, type, labels }) => {
      const shown = labels.map((label) => `\`${label}\``).join(', ');
      return `| \`${name}\` | ${type} | ${shown} | ${owners[group as keyof typeof allMetrics]} | ${help} |`;
    }),
  );
  return withTable(page, 'docs:metrics', [
    '| Name | Type | Labels | Of | Meaning |',
    '|---|---|---|---|---|',
    ...rows,
  ]);
}

if (import.meta.main) writeFileSync(metricsPage, withMetricsTable(readFileSync(metricsPage, 'utf8')));
