import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeMetrics } from '../declare-metrics.ts';
import { storeMetrics } from '../metrics.ts';
import { storeLooks } from './store-looks.ts';

const logger = pino({ level: 'silent' });
const fakeTime = { toFake: ['setTimeout', 'clearTimeout', 'performance'] } as const;

beforeEach(() => void vi.useFakeTimers({ toFake: [...fakeTime.toFake] }));
afterEach(() => void vi.useRealTimers());

function observed(look: (metrics: ReturnType<typeof create>) => Promise<number>) {
  const registry = new Registry();
  const metrics = create(registry);
  const refresh = storeLooks(
    [
      {
        store: 's',
        gauges: [metrics.builds, metrics.setApart],
        look: async () => [{ gauge: metrics.builds, value: await look(metrics) }],
      },
    ],
    metrics,
    logger,
  );
  const values = async () =>
    (await registry.metrics())
      .split('\n')
      .filter((line) => /^buildhub_(builds|store_up|set_apart)/.test(line));
  return { refresh, values, metrics };
}

function create(registry: Registry) {
  return makeMetrics(storeMetrics, registry);
}

test('a store that answers is up and has its values', async () => {
  const { refresh, values } = observed(async () => 7);
  await refresh();
  expect(await values()).toEqual(['buildhub_store_up{store="s"} 1', 'buildhub_builds 7']);
});

test('a store that fails is down and has no value that looks like a true one', async () => {
  let answer: Promise<number> = Promise.resolve(7);
  const { refresh, values, metrics } = observed(() => answer);
  await refresh();
  metrics.setApart.set({ outcome: 'invalid' }, 3);
  vi.advanceTimersByTime(10_000);
  answer = Promise.reject(new Error('away'));
  await refresh();
  expect(await values()).toEqual(['buildhub_store_up{store="s"} 0']);
});

test('several scrapes within ten seconds are one look', async () => {
  let looks = 0;
  const { refresh } = observed(async () => ++looks);
  await refresh();
  await Promise.all([refresh(), refresh()]);
  expect(looks).toBe(1);
  vi.advanceTimersByTime(10_000);
  await Promise.all([refresh(), refresh()]);
  expect(looks).toBe(2);
});

test('a scrape waits three seconds for a slow store, which gets no second question meanwhile', async () => {
  let looks = 0;
  let finish: (value: number) => void = () => undefined;
  const { refresh, values } = observed(() => {
    looks++;
    return new Promise((resolve) => {
      finish = resolve;
    });
  });
  const first = refresh();
  await vi.advanceTimersByTimeAsync(3_000);
  await first;
  expect(await values()).toEqual(['buildhub_store_up{store="s"} 0']);
  const second = refresh();
  expect(looks).toBe(1);
  finish(9);
  await second;
  expect(await values()).toEqual(['buildhub_store_up{store="s"} 1', 'buildhub_builds 9']);
});
