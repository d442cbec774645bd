import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { storeMetrics } from '../telemetry/metrics.ts';
import { registerMetrics } from '../telemetry/metrics-page.ts';
import { probeStores } from './store-probes.ts';

const logger = pino({ level: 'silent' });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  // The cache takes an entry of the moment 0 for one without an end.
  vi.advanceTimersByTime(1);
});
afterEach(() => void vi.useRealTimers());

function observed(read: () => Promise<number>) {
  const registry = new Registry();
  const metrics = registerMetrics(storeMetrics, registry);
  const refresh = probeStores(
    [
      {
        store: 's',
        gauges: [metrics.builds, metrics.quarantined],
        probe: async () => [[metrics.builds, await read()]],
      },
    ],
    metrics,
    logger,
  );
  const values = async () =>
    (await registry.metrics())
      .split('\n')
      .filter((line) => /^buildhub_(builds|store_up|quarantined)/.test(line));
  return { refresh, values, metrics };
}

test('a store that fails is down and has no value that probes like a true one', async () => {
  let response: Promise<number> = Promise.resolve(7);
  const { refresh, values, metrics } = observed(() => response);
  await refresh();
  metrics.quarantined.set({ outcome: 'invalid' }, 3);
  vi.advanceTimersByTime(10_001);
  response = Promise.reject(new Error('down'));
  await refresh();
  expect(await values()).toEqual(['buildhub_store_up{store="s"} 0']);
});

test('several scrapes within ten seconds are one probe', async () => {
  let probes = 0;
  const { refresh } = observed(async () => ++probes);
  await refresh();
  await Promise.all([refresh(), refresh()]);
  expect(probes).toBe(1);
  vi.advanceTimersByTime(10_001);
  await Promise.all([refresh(), refresh()]);
  expect(probes).toBe(2);
});

test('a scrape waits three seconds for a slow store, which gets no second probe meanwhile', async () => {
  let probes = 0;
  let finish: (value: number) => void = () => undefined;
  const { refresh, values } = observed(() => {
    probes++;
    return new Promise((resolve) => {
      finish = resolve;
    });
  });
  const first = refresh();
  await vi.advanceTimersByTimeAsync(3_000);
  await first;
  expect(await values()).toEqual(['buildhub_store_up{store="s"} 0']);
  const second = refresh();
  expect(probes).toBe(1);
  finish(9);
  await second;
  expect(await values()).toEqual(['buildhub_store_up{store="s"} 1', 'buildhub_builds 9']);
});
