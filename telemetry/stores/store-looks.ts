import type { Gauge } from 'prom-client';
import type { Logger } from '../logger.ts';
import type { StoreMetrics } from '../metrics.ts';
import { emptyGauge } from './empty-gauge.ts';

/** A value that a look at a store has found. */
export interface Finding {
  readonly gauge: Gauge<string>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** How to look at one store. */
export interface StoreLook {
  /** Such as `postgres`; the label `store` of what is measured about the look itself. */
  readonly store: string;
  /** What it may find; without a value where the store does not answer, since an old value looks like a true one. */
  readonly gauges: readonly Gauge<string>[];
  look(): Promise<readonly Finding[]>;
}

/** Milliseconds that a scrape waits for a store; Prometheus itself waits ten seconds by default. */
const timeLimit = 3_000;
/** Milliseconds that a finding is good for, so that several who scrape cost the stores no more than one. */
const keptFor = 10_000;

/**
 * Looks at the stores when it is called, all at the same time, and at none more often than every ten seconds. A store
 * that does not answer in time is down, and costs the others nothing.
 *
 * @returns what brings the gauges up to date; it never rejects
 */
export function storeLooks(
  looks: readonly StoreLook[],
  metrics: Pick<StoreMetrics, 'up' | 'lookSeconds'>,
  logger: Logger,
): () => Promise<void> {
  const refreshes = looks.map((look) => {
    let current: Promise<void> = Promise.resolve();
    let settledAt = Number.NEGATIVE_INFINITY;
    let isRunning = false;
    const begin = async () => {
      isRunning = true;
      try {
        await lookOnce(look, metrics, logger);
      } finally {
        settledAt = performance.now();
        isRunning = false;
      }
    };
    return async () => {
      // One that is late is joined, not begun once more: a slow store must not get more to do.
      if (!isRunning && performance.now() - settledAt >= keptFor) current = begin();
      await withTimeLimit(current, () => forget(look, metrics));
    };
  });
  return async () => {
    await Promise.all(refreshes.map((refresh) => refresh()));
  };
}

async function lookOnce(
  look: StoreLook,
  metrics: Pick<StoreMetrics, 'up' | 'lookSeconds'>,
  logger: Logger,
): Promise<void> {
  const { store } = look;
  const began = performance.now();
  try {
    const findings = await look.look();
    look.gauges.forEach(emptyGauge);
    for (const { gauge, labels = {}, value } of findings) gauge.set(labels, value);
    metrics.up.set({ store }, 1);
  } catch (error) {
    logger.warn({ err: error, store }, 'A store does not answer, so its metrics have no values');
    forget(look, metrics);
  }
  metrics.lookSeconds.set({ store }, (performance.now() - began) / 1_000);
}

function forget({ store, gauges }: StoreLook, { up }: Pick<StoreMetrics, 'up'>): void {
  up.set({ store }, 0);
  gauges.forEach(emptyGauge);
}

async function withTimeLimit(work: Promise<void>, onLate: () => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      onLate();
      resolve();
    }, timeLimit);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
