import { readFileSync, writeFileSync } from 'node:fs';
import { allMetrics, type Metric } from './metrics.ts';

export const metricsPage = new URL('../docs/observability.md', import.meta.url);

const begin = '<!-- The table between these marks is made by "npm run docs:metrics". -->';
const end = '<!-- End of the table. -->';

const owners: Readonly<Record<keyof typeof allMetrics, string>> = {
  processMetrics: 'every process',
  pollerMetrics: 'poller',
  workerMetrics: 'worker',
  apiMetrics: 'API',
  storeMetrics: 'API, about the stores',
};

/**
 * The page with its table generated from telemetry/metrics.ts; the text around the table stays.
 *
 * @throws if the page lacks one of the two marks
 */
export function withMetricsTable(page: string): string {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) {
    throw new Error(`docs/observability.md must hold these two lines, in this order:\n${begin}\n${end}`);
  }
  return `${page.slice(0, from + begin.length)}\n\n${table()}\n\n${page.slice(to)}`;
}

function table(): string {
  const rows = Object.entries(allMetrics).flatMap(([group, metrics]) =>
    Object.values<Metric>(metrics).map(({ name, help, type, labels }) => {
      const shown = labels.map((label) => `\`${label}\``).join(', ');
      return `| \`${name}\` | ${type} | ${shown} | ${owners[group as keyof typeof allMetrics]} | ${help} |`;
    }),
  );
  return ['| Name | Type | Labels | Of | Meaning |', '|---|---|---|---|---|', ...rows].join('\n');
}

if (import.meta.main) writeFileSync(metricsPage, withMetricsTable(readFileSync(metricsPage, 'utf8')));
