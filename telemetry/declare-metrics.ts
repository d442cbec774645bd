import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** A metric that is declared and not yet part of a registry: each process makes those that it has. */
export type Declared<M> = (registry: Registry) => M;

/** A group of declared metrics, made. */
export type Made<G extends Record<string, Declared<unknown>>> = { readonly [K in keyof G]: ReturnType<G[K]> };

/**
 * A count that only rises; its name ends with `_total`.
 *
 * @param known values of its only label. Each is exported from the start, as 0: a series that begins with its first
 * event would hide that event from `increase` and `rate`, and so from alerts
 */
export function counter<L extends string = never>(
  name: `buildhub_${string}_total`,
  help: string,
  labelNames: readonly L[] = [],
  known: readonly string[] = [],
): Declared<Counter<L>> {
  return (registry) => {
    const made = new Counter({ name, help, labelNames, registers: [registry] });
    for (const value of known)
      made.inc(Object.fromEntries(labelNames.map((label) => [label, value])) as Record<L, string>, 0);
    return made;
  };
}

/** A value that rises and falls. */
export function gauge<L extends string = never>(
  name: `buildhub_${string}`,
  help: string,
  labelNames: readonly L[] = [],
): Declared<Gauge<L>> {
  return (registry) => new Gauge({ name, help, labelNames, registers: [registry] });
}

/** Durations in seconds, counted by how long they were. */
export function histogram<L extends string = never>(
  name: `buildhub_${string}_seconds`,
  help: string,
  buckets: readonly number[],
  labelNames: readonly L[] = [],
): Declared<Histogram<L>> {
  return (registry) =>
    new Histogram({ name, help, labelNames, buckets: [...buckets], registers: [registry] });
}

/** Makes each metric of a group, in a registry. */
export function makeMetrics<G extends Record<string, Declared<unknown>>>(
  group: G,
  registry: Registry,
): Made<G> {
  return Object.fromEntries(
    Object.entries(group).map(([key, declared]) => [key, declared(registry)]),
  ) as Made<G>;
}
