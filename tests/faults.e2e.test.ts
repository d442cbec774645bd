import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createS3Client } from '../aws/clients.ts';
import { builds } from '../drizzle/tables.ts';
import { generateBuilds, type SampleObject } from '../samples/generate-builds.ts';
import { publish } from '../samples/publish.ts';
import { readBuilds } from '../schema/published-build.ts';
import type { ManagedProcess } from '../stack/managed-process.ts';
import type { Stack } from '../stack/start-stack.ts';
import { startBuildhub } from './fixture/buildhub-process.ts';
import { eventually } from './fixture/eventually.ts';
import { type FailingProxy, startFailingProxy } from './fixture/failing-proxy.ts';
import { documents, drained, queueDepth } from './fixture/messages.ts';
import { startOwnStack } from './fixture/own-stack.ts';
import { createSandbox, type Sandbox } from './fixture/sandbox.ts';

let stack: Stack;
let s3Proxy: FailingProxy;
let sandbox: Sandbox;
let running: ManagedProcess[] = [];
let seed = 100;

beforeAll(async () => {
  stack = await startOwnStack('faults');
  s3Proxy = await startFailingProxy(stack.env.AWS_ENDPOINT_URL_S3 ?? '');
});
afterAll(async () => {
  await s3Proxy[Symbol.asyncDispose]();
  await stack.stop();
});
beforeEach(async () => {
  sandbox = await createSandbox({ ...stack.env, AWS_ENDPOINT_URL_S3: s3Proxy.url });
  seed += 1;
});
afterEach(async () => {
  // A test that has failed must not take the next ones down.
  for (const service of Object.values(stack.services)) {
    service.thaw();
    await service.start();
  }
  for (const process of running) await process.stop();
  running = [];
  await sandbox[Symbol.asyncDispose]();
});

async function start(...args: string[]): Promise<ManagedProcess> {
  const process = await startBuildhub(args, sandbox.env);
  running.push(process);
  return process;
}

function someBuilds(count: number): SampleObject[] {
  return [...generateBuilds(count, new Date('2026-01-01T00:00:00Z'), seed)];
}

async function put(objects: readonly SampleObject[]): Promise<void> {
  await publish(sandbox.s3, sandbox.config.S3_BUCKET, objects);
}

/** Each build once in PostgreSQL, marked as indexed, and once in Elasticsearch; nothing left in a queue. */
async function expectExactlyOnce(objects: readonly SampleObject[], seconds = 90): Promise<void> {
  const hashes = objects.flatMap(({ body }) => readBuilds(body).map(({ hash }) => hash));
  await eventually(
    `${hashes.length} builds to be indexed`,
    async () => {
      const [row] = await sandbox.postgres.database
        .select({ total: sql<string>`count(*)` })
        .from(builds)
        .where(sql`indexed_at is not null`);
      return Number(row?.total) >= hashes.length || undefined;
    },
    seconds,
  );
  const rows = await sandbox.postgres.database.select().from(builds);
  expect(rows.map(({ buildHash }) => buildHash).sort()).toEqual(hashes.sort());
  const indexed = await documents(sandbox);
  expect([...indexed.keys()].sort()).toEqual(rows.map(({ id }) => String(id)).sort());
  await drained(sandbox);
  const dead = await queueDepth(sandbox, sandbox.config.SQS_DEAD_LETTER_QUEUE_URL);
  expect(dead).toEqual({ visible: 0, inHand: 0 });
}

async function waitUntilRetrying(count: number): Promise<void> {
  const { temporal, config } = sandbox;
  await eventually(`${count} workflows that wait for the service`, async () => {
    const query = `TaskQueue = '${config.TEMPORAL_TASK_QUEUE}' and Outcome = 'retrying'`;
    return (await temporal.workflow.count(query)).count >= count || undefined;
  });
}

describe('builds arrive, exactly once, after', () => {
  test.each(['elasticsearch', 'postgres'] as const)('%s was stopped and came back', async (name) => {
    const worker = await start('worker');
    const objects = someBuilds(20);
    await stack.services[name].stop();
    await put(objects);
    await waitUntilRetrying(20);
    await stack.services[name].start();
    await expectExactlyOnce(objects);
    expect(worker.running).toBe(true);
  });

  test.each(['elasticsearch', 'postgres', 'aws', 'temporal'] as const)(
    '%s hung and went on',
    async (name) => {
      const worker = await start('worker');
      const [before, meanwhile] = [someBuilds(40).slice(0, 20), someBuilds(40).slice(20)];
      await put(before);
      stack.services[name].freeze();
      const putting = put(meanwhile);
      await sleep(8_000);
      stack.services[name].thaw();
      await putting;
      await expectExactlyOnce([...before, ...meanwhile]);
      expect(worker.running).toBe(true);
    },
  );

  test('S3 answered 503 for a while', async () => {
    await start('worker');
    const objects = someBuilds(20);
    const s3 = createS3Client({ ...sandbox.config, AWS_ENDPOINT_URL_S3: stack.env.AWS_ENDPOINT_URL_S3 });
    s3Proxy.fail(503);
    await publish(s3, sandbox.config.S3_BUCKET, objects);
    await waitUntilRetrying(20);
    s3Proxy.fail(undefined);
    await expectExactlyOnce(objects);
    expect(s3Proxy.failures).toBeGreaterThanOrEqual(40);
  });

  test('Temporal was killed and came back', async () => {
    const worker = await start('worker');
    const [before, meanwhile] = [someBuilds(60).slice(0, 30), someBuilds(60).slice(30)];
    await put(before);
    await stack.services.temporal.kill();
    await put(meanwhile);
    await sleep(3_000);
    await stack.services.temporal.start();
    await expectExactlyOnce([...before, ...meanwhile]);
    expect(worker.running).toBe(true);
  });

  test('the process started before Temporal did', async () => {
    const objects = someBuilds(5);
    await put(objects);
    await stack.services.temporal.stop();
    const starting = start('worker');
    await sleep(3_000);
    await stack.services.temporal.start();
    await starting;
    await expectExactlyOnce(objects);
  });

  test('a worker was killed in the middle, and another took over', async () => {
    const worker = await start('worker');
    const objects = someBuilds(150);
    const putting = put(objects);
    await eventually('the first builds', async () => {
      const [row] = await sandbox.postgres.database.select({ total: sql<string>`count(*)` }).from(builds);
      return Number(row?.total) > 20 || undefined;
    });
    await worker.kill();
    await putting;
    await start('worker');
    await expectExactlyOnce(objects);
  });

  test('two workers and two pollers shared the work, and one of each was told to stop in between', async () => {
    const processes = await Promise.all([
      start('worker', '--no-poller'),
      start('worker', '--no-poller'),
      start('poller'),
      start('poller'),
    ]);
    const objects = someBuilds(200);
    const putting = put(objects);
    await sleep(1_500);
    const [worker, , poller] = processes;
    const ended = await Promise.all([worker?.stop(), poller?.stop()]);
    expect(ended).toEqual([
      { code: 0, signal: null },
      { code: 0, signal: null },
    ]);
    await putting;
    await expectExactlyOnce(objects);
  });
});

test('a poller that is told to stop while Temporal is away gives its messages back and exits 0', async () => {
  const poller = await start('poller');
  await stack.services.temporal.stop();
  try {
    await put(someBuilds(10));
    await eventually('messages in hand', async () => {
      const { inHand } = await queueDepth(sandbox, sandbox.config.SQS_QUEUE_URL);
      return inHand === 10 || undefined;
    });
    expect(await poller.stop()).toEqual({ code: 0, signal: null });
    expect(await queueDepth(sandbox, sandbox.config.SQS_QUEUE_URL)).toEqual({ visible: 10, inHand: 0 });
  } finally {
    await stack.services.temporal.start();
  }
});
