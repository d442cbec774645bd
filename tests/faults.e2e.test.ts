import { setTimeout as sleep } from 'node:timers/promises';
import { isNotNull } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createS3Client } from '../aws/clients.ts';
import { listReports } from '../drizzle/queries/operation-reports.ts';
import { builds } from '../drizzle/tables.ts';
import { readBuilds } from '../schema/published-build.ts';
import { generateBuilds, type SampleObject } from '../stack/samples/generate-builds.ts';
import { publish } from '../stack/samples/publish.ts';
import type { Stack } from '../stack/start-stack.ts';
import { freeze, kill, thaw } from '../stack/testing/faults.ts';
import { setRateLimitUpdate } from '../workflows/run-control.ts';
import { startBuildhub } from './fixture/buildhub-process.ts';
import { eventually } from './fixture/eventually.ts';
import { startFailingProxy } from './fixture/failing-proxy.ts';
import { forAllTests } from './fixture/for-all-tests.ts';
import { documents, drained, queueDepth } from './fixture/messages.ts';
import { startOwnStack } from './fixture/own-stack.ts';
import { createSandbox } from './fixture/sandbox.ts';
import { createSilentBucket } from './fixture/silent-bucket.ts';
import { startWorkflow } from './fixture/start-operations.ts';
import { runWorkerHere } from './fixture/worker-here.ts';
import { factsOf } from './progress-facts.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startOwnStack('faults', true);
});
afterAll(() => stack?.stop());
const s3Proxy = forAllTests(() => startFailingProxy(stack.env.AWS_ENDPOINT_URL_S3 ?? ''));
/** One for all tests: what is said about the builds of a fault holds for all that came before, too. */
const sandbox = forAllTests(() => createSandbox({ ...stack.env, AWS_ENDPOINT_URL_S3: s3Proxy.url }));
const supply = [...generateBuilds(700, new Date('2026-01-01T00:00:00Z'), 100)];
const published: SampleObject[] = [];

afterEach(async () => {
  // A test that has failed must not take the next ones down.
  for (const service of Object.values(stack.services)) {
    thaw(service);
    await service.start();
  }
});

const start = (...args: string[]) => startBuildhub(args, sandbox.env);

/** Puts builds into the bucket that nobody has seen. */
async function put(count: number, { s3 } = sandbox): Promise<void> {
  const objects = supply.splice(0, count);
  published.push(...objects);
  await publish(s3, sandbox.config.S3_BUCKET, objects);
}

/** Each build so far once in PostgreSQL, marked as indexed, and once in Elasticsearch; nothing left in a queue. */
async function expectExactlyOnce(): Promise<void> {
  const hashes = published.flatMap(({ body }) => readBuilds(body).map(({ hash }) => hash));
  const indexed = () => sandbox.postgres.database.$count(builds, isNotNull(builds.indexedAt));
  await eventually(`${hashes.length} builds to be indexed`, async () => (await indexed()) >= hashes.length);
  const rows = await sandbox.postgres.database.select().from(builds);
  expect(rows.map(({ buildHash }) => buildHash).sort()).toEqual(hashes.sort());
  const found = await documents(sandbox);
  expect([...found.keys()].sort()).toEqual(rows.map(({ id }) => String(id)).sort());
  await drained(sandbox);
  const dead = await queueDepth(sandbox, sandbox.config.SQS_DEAD_LETTER_QUEUE_URL);
  expect(dead).toEqual({ visible: 0, inFlight: 0 });
}

async function waitUntilRetrying(count: number): Promise<void> {
  const { temporal, config } = sandbox;
  await eventually(`${count} workflows that wait for the service`, async () => {
    const query = `TaskQueue = '${config.TEMPORAL_TASK_QUEUE}' and Outcome = 'retrying'`;
    return (await temporal.workflow.count(query)).count >= count;
  });
}

describe('a worker keeps running, and builds arrive exactly once, after', () => {
  const worker = forAllTests(() => start('worker'));
  afterEach(() => expect(worker.running).toBe(true));

  test.each(['elasticsearch', 'postgres'] as const)('%s was stopped and started again', async (name) => {
    await stack.services[name].stop();
    await put(20);
    await waitUntilRetrying(20);
    await stack.services[name].start();
    await expectExactlyOnce();
  });

  // Each of these hangs for longer than an attempt may take; one at a time is a matter for the chaos suite.
  test.each([
    ['elasticsearch', 'aws'],
    ['postgres', 'temporal'],
  ] as const)('%s and %s were frozen', async (...names) => {
    await put(20);
    for (const name of names) freeze(stack.services[name]);
    const putting = put(20);
    await sleep(8_000);
    for (const name of names) thaw(stack.services[name]);
    await putting;
    await expectExactlyOnce();
  });

  test('S3 returned 503 for a while', async () => {
    const s3 = createS3Client({ ...sandbox.config, AWS_ENDPOINT_URL_S3: stack.env.AWS_ENDPOINT_URL_S3 });
    s3Proxy.fail(503);
    await put(20, { ...sandbox, s3 });
    await waitUntilRetrying(20);
    s3Proxy.fail(undefined);
    await expectExactlyOnce();
    expect(s3Proxy.failures).toBeGreaterThanOrEqual(40);
  });

  test('Temporal was killed and started again', async () => {
    await put(30);
    await kill(stack.services.temporal);
    await put(30);
    await sleep(3_000);
    await stack.services.temporal.start();
    await expectExactlyOnce();
  });
});

describe('builds arrive exactly once after', () => {
  test('the process was started before Temporal', async () => {
    await put(5);
    await stack.services.temporal.stop();
    const starting = start('worker');
    await sleep(3_000);
    await stack.services.temporal.start();
    await using _worker = await starting;
    await expectExactlyOnce();
  });

  test('a worker was killed in the middle, and another took over', async () => {
    await using worker = await start('worker');
    const { database } = sandbox.postgres;
    const before = await database.$count(builds);
    const putting = put(150);
    await eventually('the first builds', async () => (await database.$count(builds)) > before + 20);
    await kill(worker);
    await putting;
    await using _next = await start('worker');
    await expectExactlyOnce();
  });

  test('two workers and two pollers shared the work, and one of each was stopped in between', async () => {
    const running = await Promise.all([
      start('worker', '--no-poller'),
      start('worker', '--no-poller'),
      start('poller'),
      start('poller'),
    ]);
    await using all = new AsyncDisposableStack();
    for (const process of running) all.use(process);
    const putting = put(200);
    await sleep(1_500);
    const [worker, , poller] = running;
    const ended = await Promise.all([worker?.stop(), poller?.stop()]);
    expect(ended).toEqual([
      { code: 0, signal: null },
      { code: 0, signal: null },
    ]);
    await putting;
    await expectExactlyOnce();
  });
});

describe('a backfill', () => {
  forAllTests(() => runWorkerHere(sandbox));

  /** Starts a backfill of many objects, and waits for the first of them. */
  async function startSlowly(seed: number) {
    const silent = await createSilentBucket(sandbox);
    const objects = [...generateBuilds(160, new Date('2026-01-01T00:00:00Z'), seed)];
    await silent.putAll(objects);
    const source = { kind: 'listing', prefix: '' } as const;
    const input = { bucket: silent.bucket, source, rateLimit: 4 };
    const handle = await startWorkflow(sandbox.temporal, 'backfill', sandbox.config, input);
    const until = (count: number) =>
      eventually(`${count} objects`, async () => (await silent.objects()).length >= count);
    await until(10);
    return { silent, objects, handle, until };
  }

  test('outlasts every service in turn, and nothing is missing, doubled or counted wrongly', async () => {
    const { silent, objects, handle, until } = await startSlowly(3_000);
    for (const name of ['elasticsearch', 'postgres', 'temporal'] as const) {
      await kill(stack.services[name]);
      await sleep(3_000);
      await stack.services[name].start();
      const seen = await eventually('PostgreSQL', async () => (await silent.objects()).length);
      await until(Math.min(seen + 5, objects.length));
    }
    freeze(stack.services.aws);
    await sleep(15_000);
    thaw(stack.services.aws);
    await eventually('the backfill to listen again', async () => {
      await handle.executeUpdate(setRateLimitUpdate, { args: [null] });
      return true;
    });
    const counts = factsOf(await handle.result());
    published.push(...objects);
    await expectExactlyOnce();
    expect(counts).toMatchObject({
      ...{ done: 160, New: 160, Changed: 0, Unchanged: 0 },
      'Builds inserted': (await silent.builds()).length,
    });
  });

  test.each([
    ['Elasticsearch is down', 'elasticsearch', kill],
    ['S3 is frozen', 'aws', freeze],
  ] as const)('that is cancelled while %s ends with a report', async (_, service, fault) => {
    const { handle } = await startSlowly(service.length);
    await fault(stack.services[service]);
    await sleep(3_000);
    await handle.cancel();
    await expect(handle.result()).rejects.toThrow();
    const [kept] = await listReports(sandbox.postgres.database, 'backfill', 1);
    expect(JSON.parse(kept?.report ?? '')).toMatchObject({ phase: 'cancelled' });
  });
});

test('a poller that is stopped while Temporal is down gives its messages back and exits with 0', async () => {
  const poller = await start('poller');
  await stack.services.temporal.stop();
  await put(10);
  await eventually('messages in flight', async () => {
    const { inFlight } = await queueDepth(sandbox, sandbox.config.SQS_QUEUE_URL);
    return inFlight === 10;
  });
  expect(await poller.stop()).toEqual({ code: 0, signal: null });
  expect(await queueDepth(sandbox, sandbox.config.SQS_QUEUE_URL)).toEqual({ visible: 10, inFlight: 0 });
});
