import type { Client } from '@temporalio/client';
import { Registry } from 'prom-client';
import { afterEach, expect, test, vi } from 'vitest';
import type { MessageQueue } from '../aws/message-queue.ts';
import { createLogger } from '../telemetry/logger.ts';
import { pollerMetrics } from '../telemetry/metrics.ts';
import { registerMetrics } from '../telemetry/metrics-page.ts';
import { type HealthCheck, serveHealth } from './health-server.ts';
import { Poller } from './poller.ts';

async function statusOf(
  checks: Record<string, HealthCheck>,
  liveness: Record<string, HealthCheck>,
): Promise<[alive: number, ready: number, problems: object]> {
  const config = { WORKER_HTTP_HOST: '127.0.0.1', WORKER_HTTP_PORT: 0 };
  const page = { render: async () => '', contentType: 'text/plain' };
  const { url, close } = await serveHealth(config, page, checks, liveness);
  try {
    const alive = await fetch(`${url}/__lbheartbeat__`);
    const ready = await fetch(`${url}/__heartbeat__`);
    const { problems } = (await ready.json()) as { problems: object };
    return [alive.status, ready.status, problems];
  } finally {
    await close();
  }
}

const well = () => undefined;
const down = () => Promise.reject(new Error('no response'));

test.each<[string, HealthCheck, HealthCheck, [alive: number, ready: number, problems: object]]>([
  ['whose checks pass is alive and ready', well, well, [200, 200, {}]],
  ['whose service is down is alive and not ready', down, well, [200, 500, { temporal: 'no response' }]],
  ['that only a restart can help is neither', well, () => 'wedged', [500, 500, { postgres: 'wedged' }]],
])('a process %s', async (_, temporal, postgres, expected) => {
  expect(await statusOf({ temporal }, { postgres })).toEqual(expected);
});

afterEach(() => void vi.useRealTimers());

test.each<[string, () => Promise<never[]>, boolean]>([
  ['that waits for one receive indefinitely is stuck', () => new Promise(() => undefined), true],
  ['to which no message comes is not', () => new Promise((end) => setTimeout(end, 10_000, [])), false],
])('a poller %s', async (_, receive, expected) => {
  vi.useFakeTimers();
  const queue = { receive } as unknown as MessageQueue;
  const client = { withDeadline: down } as unknown as Client;
  const settings = {
    ...{ SQS_QUEUE_URL: 'http://queue', SQS_VISIBILITY_SECONDS: 30 },
    ...{ POLLER_RECEIVERS: 2, POLLER_MAX_IN_FLIGHT: 64, POLLER_MAX_BACKLOG: 1_000 },
  };
  const starter = { client, taskQueue: 'queue', eager: false };
  const metrics = registerMetrics(pollerMetrics, new Registry());
  const poller = new Poller({
    queue,
    starter,
    settings,
    logger: createLogger('test', 'silent'),
    metrics,
    running: undefined,
  });
  void poller.run();
  expect(poller.isStuck()).toBe(false);
  await vi.advanceTimersByTimeAsync(121_000);
  expect(poller.isStuck()).toBe(expected);
  poller.stop();
});
