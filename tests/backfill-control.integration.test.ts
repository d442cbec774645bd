import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { lastReports } from '../drizzle/queries/operation-reports.ts';
import { generateBuilds } from '../samples/generate-builds.ts';
import { readBuilds } from '../schema/published-build.ts';
import type { ManagedProcess } from '../stack/managed-process.ts';
import { startBackfill } from '../temporal/start-backfill.ts';
import type { BackfillInput } from '../workflows/backfill.ts';
import { limitRateSignal, progressQuery } from '../workflows/backfill-messages.ts';
import { startBuildhub } from './fixture/buildhub-process.ts';
import { eventually } from './fixture/eventually.ts';
import { type FailingProxy, startFailingProxy } from './fixture/failing-proxy.ts';
import { documents } from './fixture/messages.ts';
import { runBuildhub } from './fixture/run-buildhub.ts';
import { createSandbox, type Sandbox } from './fixture/sandbox.ts';
import { createSilentBucket, type SilentBucket } from './fixture/silent-bucket.ts';

let sandbox: Sandbox;
let s3Proxy: FailingProxy;
let silent: SilentBucket;
let running: ManagedProcess[] = [];
let seed = 2_000;

beforeAll(async () => {
  sandbox = await createSandbox();
  s3Proxy = await startFailingProxy(sandbox.config.AWS_ENDPOINT_URL_S3 ?? '');
});
afterAll(async () => {
  await s3Proxy[Symbol.asyncDispose]();
  await sandbox[Symbol.asyncDispose]();
});
beforeEach(async () => {
  silent = await createSilentBucket(sandbox);
  seed += 1;
});
afterEach(async () => {
  for (const process of running) await process.stop();
  running = [];
});

async function startWorker(): Promise<ManagedProcess> {
  const env = { ...sandbox.env, AWS_ENDPOINT_URL_S3: s3Proxy.url };
  const process = await startBuildhub(['worker', '--no-poller'], env);
  running.push(process);
  return process;
}

async function start(input: Partial<BackfillInput>) {
  const source = { kind: 'listing', prefix: '' } as const;
  const whole = { bucket: silent.bucket, source, ...input };
  return await startBackfill(sandbox.temporal, sandbox.config.TEMPORAL_TASK_QUEUE, whole, 'a test');
}

async function putBuilds(count: number) {
  const objects = [...generateBuilds(count, new Date('2026-01-01T00:00:00Z'), seed)];
  await silent.putAll(objects);
  return objects;
}

function hashesOf(objects: readonly { readonly body: string }[]): string[] {
  return objects.flatMap(({ body }) => readBuilds(body).map(({ hash }) => hash)).sort();
}

async function objectsSeen(count: number): Promise<void> {
  await eventually(`${count} objects to be ingested`, async () =>
    (await silent.objects()).length >= count ? true : undefined,
  );
}

/** Nothing is missing, nothing is there twice, and the report is true, whatever happened in between. */
async function expectExactlyOnce(
  objects: readonly { readonly body: string }[],
  handle: Awaited<ReturnType<typeof start>>,
): Promise<void> {
  const { counts, phase } = await handle.result();
  const hashes = hashesOf(objects);
  const rows = await silent.builds();
  expect(rows.map(({ buildHash }) => buildHash).sort()).toEqual(hashes);
  expect(rows.every(({ indexedAt }) => indexedAt !== null)).toBe(true);
  const indexed = await documents(sandbox);
  expect(rows.every(({ id }) => indexed.has(String(id)))).toBe(true);
  expect({ phase, ...counts }).toMatchObject({
    phase: 'done',
    listed: objects.length,
    matched: objects.length,
    new: objects.length,
    changed: 0,
    unchanged: 0,
    invalid: 0,
    missing: 0,
    inserted: hashes.length,
  });
}

test('a worker that is killed in the middle: the next one goes on, and the report counts all once', async () => {
  const objects = await putBuilds(300);
  const worker = await startWorker();
  const handle = await start({ objectsPerSecond: 10 });
  const watching = runBuildhub(['backfill', 'status', '--watch', handle.workflowId], sandbox.env);
  await objectsSeen(30);
  await worker.kill();
  const before = (await silent.objects()).length;
  expect(before).toBeLessThan(300);
  await startWorker();
  await handle.signal(limitRateSignal, null);
  await expectExactlyOnce(objects, handle);
  // Whoever watched was asking the worker that was killed.
  const watched = await watching;
  expect(watched, watched.stderr).toMatchObject({ code: 0 });
});

test('whoever asks and whoever watches while there has been no worker for long is told what was told last', async () => {
  await putBuilds(60);
  const worker = await startWorker();
  const handle = await start({ objectsPerSecond: 3 });
  await objectsSeen(5);
  await worker.kill();
  const watching = runBuildhub(['backfill', 'status', '--watch', handle.workflowId], sandbox.env);
  // After twenty seconds Temporal does not even try to find a worker for a question.
  await sleep(25_000);
  const asked = await runBuildhub(['backfill', 'status', handle.workflowId], sandbox.env);
  expect(asked, asked.stderr).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('no worker answers; last: '),
  });
  await startWorker();
  await handle.signal(limitRateSignal, null);
  await handle.result();
  const watched = await watching;
  expect(watched, watched.stderr).toMatchObject({ code: 0 });
  expect(watched.stderr).toContain('no worker answers; last: ');
});

test('a worker that is told to stop hands over what it has not done, within seconds', async () => {
  const objects = await putBuilds(200);
  const worker = await startWorker();
  const handle = await start({ objectsPerSecond: 10 });
  await objectsSeen(25);
  const stopping = worker.stop();
  await startWorker();
  expect(await stopping).toEqual({ code: 0, signal: null });
  await handle.signal(limitRateSignal, null);
  await expectExactlyOnce(objects, handle);
});

test('S3 that fails for a while is waited for', async () => {
  const objects = await putBuilds(200);
  await startWorker();
  const handle = await start({ objectsPerSecond: 10 });
  await objectsSeen(20);
  s3Proxy.fail(503);
  await sleep(4_000);
  await eventually('S3 to have failed', () => s3Proxy.failures > 0 || undefined);
  s3Proxy.fail(undefined);
  await handle.signal(limitRateSignal, null);
  await expectExactlyOnce(objects, handle);
});

test('pause, resume, limit and cancel from the command line; what is left is taken up by the next backfill', async () => {
  const objects = await putBuilds(250);
  await startWorker();
  const handle = await start({ objectsPerSecond: 12 });
  const command = async (...args: string[]) => {
    const result = await runBuildhub(['backfill', ...args], sandbox.env);
    expect(result, result.stderr).toMatchObject({ code: 0 });
    return result.stdout;
  };
  await objectsSeen(10);
  expect(await command('pause')).toContain(`${handle.workflowId}: pausing`);
  await eventually('the pause', async () =>
    (await handle.query(progressQuery)).phase === 'paused' ? true : undefined,
  );
  const paused = (await silent.objects()).length;
  expect(paused).toBeLessThan(250);
  await sleep(2_000);
  expect((await silent.objects()).length).toBe(paused);
  const shown = await command('status', handle.workflowId);
  expect(shown).toMatch(new RegExp(`new +${paused}\n`));
  expect(JSON.parse(await command('status', '--json'))).toMatchObject({
    workflowId: handle.workflowId,
    status: 'RUNNING',
    progress: { phase: 'paused', objectsPerSecond: 12, counts: { new: paused } },
  });

  expect(await command('limit', '3')).toBe(`${handle.workflowId}: at most 3 per second from now on`);
  expect(await command('resume', handle.workflowId)).toBe(`${handle.workflowId}: going on`);
  await objectsSeen(paused + 3);
  await command('cancel');
  const report = await handle.result();
  expect(report).toMatchObject({ phase: 'cancelled', objectsPerSecond: 3 });
  const done = (await silent.objects()).length;
  expect(report.counts.new).toBe(done);
  expect(report.counts.inserted).toBe((await silent.builds()).length);
  expect(done).toBeLessThan(250);
  const [kept] = await lastReports(sandbox.postgres.database, 'backfill', handle.workflowId);
  expect(JSON.parse(kept?.report ?? '')).toMatchObject({ phase: 'cancelled', counts: report.counts });
  expect(await command('list')).toMatch(new RegExp(`^cancelled .*${done} .*${handle.workflowId}$`, 'm'));

  const next = await start({});
  const { counts } = await next.result();
  expect(counts).toMatchObject({ listed: 250, unchanged: done, new: 250 - done });
  expect((await silent.builds()).map(({ buildHash }) => buildHash).sort()).toEqual(hashesOf(objects));
  const nothing = await runBuildhub(['backfill', 'pause'], sandbox.env);
  expect(nothing).toMatchObject({ code: 1, stderr: expect.stringMatching(/No backfill is running/) });
});

test('the limit holds over all ranges together', async () => {
  await putBuilds(60);
  await startWorker();
  const began = Date.now();
  const handle = await start({ objectsPerSecond: 20, concurrency: 6 });
  await handle.result();
  const seconds = (Date.now() - began) / 1_000;
  expect(60 / seconds).toBeLessThanOrEqual(20);
});

test('what takes longer than a slice is shared out among slots that have nothing to do', async () => {
  const objects = await putBuilds(240);
  await startWorker();
  const handle = await start({
    objectsPerSecond: 10,
    concurrency: 4,
    source: { kind: 'listing', prefix: '' },
  });
  await eventually('all slots to be busy', async () =>
    (await handle.query(progressQuery)).ranges.running === 4 ? true : undefined,
  );
  await handle.signal(limitRateSignal, 200);
  await expectExactlyOnce(objects, handle);
});
