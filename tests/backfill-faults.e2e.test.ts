import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { lastReports } from '../drizzle/queries/operation-reports.ts';
import { readBuilds } from '../schema/published-build.ts';
import type { ManagedProcess } from '../stack/managed-process.ts';
import { generateBuilds } from '../stack/samples/generate-builds.ts';
import type { Stack } from '../stack/start-stack.ts';
import { setRateLimitUpdate } from '../workflows/run-control.ts';
import { startBuildhub } from './fixture/buildhub-process.ts';
import { eventually } from './fixture/eventually.ts';
import { documents } from './fixture/messages.ts';
import { startOwnStack } from './fixture/own-stack.ts';
import { createSandbox, type Sandbox } from './fixture/sandbox.ts';
import { createSilentBucket } from './fixture/silent-bucket.ts';
import { startWorkflow } from './fixture/start-operations.ts';
import { factsOf } from './progress-facts.ts';

let stack: Stack;
let sandbox: Sandbox;
let worker: ManagedProcess;

beforeAll(async () => {
  stack = await startOwnStack('backfill-faults', true);
});
afterAll(() => stack.stop());
beforeEach(async () => {
  sandbox = await createSandbox(stack.env);
  worker = await startBuildhub(['worker', '--no-poller'], sandbox.env);
});
afterEach(async () => {
  // A test that has failed must not take the next ones down.
  for (const service of Object.values(stack.services)) {
    service.thaw();
    await service.start();
  }
  await worker.stop();
  await sandbox[Symbol.asyncDispose]();
});

test('a backfill that is cancelled while Elasticsearch is away is cancelled, and its report tells what was done', async () => {
  const silent = await createSilentBucket(sandbox);
  await silent.putAll(generateBuilds(160, new Date('2026-01-01T00:00:00Z'), 3_500));
  const source = { kind: 'listing', prefix: '' } as const;
  const input = { bucket: silent.bucket, source, rateLimit: 5 };
  const handle = await startWorkflow(sandbox.temporal, 'backfill', sandbox.config, input);
  await eventually('the first objects', async () =>
    (await silent.objects()).length >= 15 ? true : undefined,
  );
  await stack.services.elasticsearch.kill();
  await sleep(3_000);
  await handle.cancel();
  await expect(handle.result()).rejects.toThrow();
  const [kept] = await lastReports(sandbox.postgres.database, 'backfill', handle.workflowId);
  expect(JSON.parse(kept?.report ?? '')).toMatchObject({ phase: 'cancelled' });
});

test.each(['elasticsearch', 'postgres', 'temporal'] as const)(
  'a backfill waits for %s that is killed, and nothing is missing, doubled or counted wrongly after',
  async (name) => {
    const silent = await createSilentBucket(sandbox);
    const objects = [...generateBuilds(160, new Date('2026-01-01T00:00:00Z'), 3_000)];
    await silent.putAll(objects);
    const input = {
      bucket: silent.bucket,
      source: { kind: 'listing', prefix: '' },
      rateLimit: 5,
    } as const;
    const handle = await startWorkflow(sandbox.temporal, 'backfill', sandbox.config, input);
    await eventually('the first objects', async () =>
      (await silent.objects()).length >= 15 ? true : undefined,
    );
    await stack.services[name].kill();
    await sleep(5_000);
    await stack.services[name].start();
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
    expect([...indexed.keys()].sort()).toEqual(rows.map(({ id }) => String(id)).sort());
    expect(counts).toMatchObject({
      done: 160,
      New: 160,
      Changed: 0,
      Unchanged: 0,
      'Builds inserted': hashes.length,
    });
    expect(worker.running).toBe(true);
  },
);
