import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { listReports } from '../drizzle/queries/operation-reports.ts';
import { readBuilds } from '../schema/published-build.ts';
import { generateBuilds } from '../stack/samples/generate-builds.ts';
import type { Stack } from '../stack/start-stack.ts';
import { setRateLimitUpdate } from '../workflows/run-control.ts';
import { eventually } from './fixture/eventually.ts';
import { documents } from './fixture/messages.ts';
import { startOwnStack } from './fixture/own-stack.ts';
import { createSandbox, type Sandbox } from './fixture/sandbox.ts';
import { createSilentBucket } from './fixture/silent-bucket.ts';
import { startWorkflow } from './fixture/start-operations.ts';
import { runWorkerHere } from './fixture/worker-here.ts';
import { factsOf } from './progress-facts.ts';

const opened = new AsyncDisposableStack();
let stack: Stack;
let sandbox: Sandbox;

beforeAll(async () => {
  stack = await startOwnStack('backfill-faults', true);
  opened.defer(() => stack.stop());
  sandbox = opened.use(await createSandbox(stack.env));
  opened.use(await runWorkerHere(sandbox));
});
afterEach(async () => {
  // A test that has failed must not take the next ones down.
  for (const service of Object.values(stack.services)) {
    service.thaw();
    await service.start();
  }
});
afterAll(() => opened.disposeAsync());

/** Starts a backfill of many objects, and waits for the first of them. */
async function startSlowly(seed: number) {
  const silent = await createSilentBucket(sandbox);
  const objects = [...generateBuilds(160, new Date('2026-01-01T00:00:00Z'), seed)];
  await silent.putAll(objects);
  const source = { kind: 'listing', prefix: '' } as const;
  const input = { bucket: silent.bucket, source, rateLimit: 4 };
  const handle = await startWorkflow(sandbox.temporal, 'backfill', sandbox.config, input);
  const until = (count: number) =>
    eventually(`${count} objects`, async () => (await silent.objects()).length >= count || undefined, 60);
  await until(10);
  return { silent, objects, handle, until };
}

test.each([
  ['Elasticsearch is down', 'elasticsearch', 'kill'],
  ['S3 is frozen', 'aws', 'freeze'],
] as const)('a backfill that is cancelled while %s ends with a report', async (_, service, fault) => {
  const { handle } = await startSlowly(service.length);
  await stack.services[service][fault]();
  await sleep(3_000);
  await handle.cancel();
  await expect(handle.result()).rejects.toThrow();
  const [kept] = await listReports(sandbox.postgres.database, 'backfill', 1);
  expect(JSON.parse(kept?.report ?? '')).toMatchObject({ phase: 'cancelled' });
});

test('a backfill outlasts every service in turn, and nothing is missing, doubled or counted wrongly', async () => {
  const { silent, objects, handle, until } = await startSlowly(3_000);
  for (const name of ['elasticsearch', 'postgres', 'temporal'] as const) {
    await stack.services[name].kill();
    await sleep(3_000);
    await stack.services[name].start();
    const seen = await eventually('PostgreSQL', async () => (await silent.objects()).length, 60);
    await until(Math.min(seen + 5, objects.length));
  }
  stack.services.aws.freeze();
  await sleep(15_000);
  stack.services.aws.thaw();
  await eventually('the backfill to listen again', async () => {
    await handle.executeUpdate(setRateLimitUpdate, { args: [null] });
    return true;
  });
  const counts = factsOf(await handle.result());
  const hashes = objects.flatMap(({ body }) => readBuilds(body).map(({ hash }) => hash)).sort();
  const rows = await silent.builds();
  expect(rows.map(({ buildHash }) => buildHash).sort()).toEqual(hashes);
  expect(rows.every(({ indexedAt }) => indexedAt !== null)).toBe(true);
  const indexed = await documents(sandbox);
  for (const { id } of rows) expect(indexed.has(String(id))).toBe(true);
  expect(counts).toMatchObject({
    ...{ done: 160, New: 160, Changed: 0, Unchanged: 0, 'Builds inserted': hashes.length },
  });
});
