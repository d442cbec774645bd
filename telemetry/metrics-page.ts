import { collectDefaultMetrics, Registry } from 'prom-client';
import { readVersion } from '../config/version.ts';
import { makeMetrics } from './declare-metrics.ts';
import { processMetrics } from './metrics.ts';

/** What one process tells Prometheus. */
export interface MetricsPage {
  /** Where the process registers its metrics. */
  readonly registry: Registry;
  readonly contentType: string;
  /** Called before each rendering, to bring gauges up to date. It must not reject. */
  beforeEach(refresh: () => Promise<void>): void;
  /** Adds a page in Prometheus's text format that something else in the process makes; it may reject. */
  append(read: () => Promise<string>): void;
  /** The whole page. What cannot be read is left out, since one broken part must not hide the others. */
  render(): Promise<string>;
}

/**
 * A page with the metrics of Node and the version of the code, to which a process adds its own.
 *
 * @param process what runs, for example `worker`
 */
export function createMetricsPage(process: string): MetricsPage {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const { version, commit } = readVersion();
  makeMetrics(processMetrics, registry).info.set({ process, version, commit }, 1);
  const refreshes: (() => Promise<void>)[] = [];
  const others: (() => Promise<string>)[] = [];
  return {
    registry,
    contentType: registry.contentType,
    beforeEach: (refresh) => void refreshes.push(refresh),
    append: (read) => void others.push(read),
    async render() {
      await Promise.all(refreshes.map((refresh) => refresh()));
      const pages = await Promise.all([
        registry.metrics(),
        ...others.map((read) => read().catch((error: unknown) => `# Left out: ${oneLine(error)}\n`)),
      ]);
      return pages.map((page) => (page.endsWith('\n') ? page : `${page}\n`)).join('');
    },
  };
}

function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ');
}
