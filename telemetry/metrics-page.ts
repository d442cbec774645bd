import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { readVersion } from '../config/version.ts';
import { messageOf } from '../config/without-passwords.ts';
import { type Metric, type pollerMetrics, processMetrics, type storeMetrics } from './metrics.ts';

type Registered<M> =
  M extends Metric<'counter', infer L>
    ? Counter<L>
    : M extends Metric<'gauge', infer L>
      ? Gauge<L>
      : M extends Metric<'histogram', infer L>
        ? Histogram<L>
        : never;

type Group = Readonly<Record<string, Metric>>;
type RegisteredGroup<G extends Group> = { readonly [K in keyof G]: Registered<G[K]> };

export type PollerMetrics = RegisteredGroup<typeof pollerMetrics>;
export type StoreMetrics = RegisteredGroup<typeof storeMetrics>;

export function registerMetrics<G extends Group>(group: G, registry: Registry): RegisteredGroup<G> {
  return Object.fromEntries(
    Object.entries(group).map(([key, metric]) => [key, register(metric, registry)]),
  ) as RegisteredGroup<G>;
}

function register({ type, name, help, labels, known, buckets }: Metric, registry: Registry) {
  const options = { name, help, labelNames: labels, registers: [registry] };
  if (type === 'gauge') return new Gauge(options);
  if (type === 'histogram') return new Histogram({ ...options, buckets: [...buckets] });
  const counter = new Counter(options);
  for (const value of known) counter.inc(Object.fromEntries(labels.map((label) => [label, value])), 0);
  return counter;
}

/**
 * The page that Prometheus scrapes from a process, with the metrics of Node and the version of the code, to which a process adds its own.
 *
 * @param process what runs, for example `worker`
 */
export function createMetricsPage(process: string) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const { version, commit } = readVersion();
  registerMetrics(processMetrics, registry).info.set({ process, version, commit }, 1);
  const refreshes: (() => Promise<void>)[] = [];
  const others: (() => Promise<string>)[] = [];
  return {
    registry,
    contentType: registry.contentType,
    /** Has gauges brought up to date before each rendering. It must not reject. */
    beforeEach: (refresh: () => Promise<void>) => void refreshes.push(refresh),
    /** Adds a page in Prometheus's text format from another source in the process; it may reject. */
    append: (read: () => Promise<string>) => void others.push(read),
    /** A part that cannot be read is left out, since it must not hide the others. */
    async render(): Promise<string> {
      await Promise.all(refreshes.map((refresh) => refresh()));
      const pages = await Promise.all([
        registry.metrics(),
        ...others.map((read) =>
          read().catch((error: unknown) => `# Left out: ${messageOf(error).replaceAll(/\s+/g, ' ')}\n`),
        ),
      ]);
      return pages.map((page) => (page.endsWith('\n') ? page : `${page}\n`)).join('');
    },
  };
}
