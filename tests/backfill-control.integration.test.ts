import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { listReports } from '../drizzle/queries/operation-reports.ts';
import { storeKeyList } from '../operations/key-lists.ts';
import { findRun } from '../operations/runs.ts';
import { kill } from '../stack/testing/faults.ts';
import { pauseUpdate, progressQuery, resumeUpdate, setRateLimitUpdate } from '../workflows/run-control.ts';
import { backfillStage, hashesOf } from './backfill-stage.ts';
import { type BuildhubProcess, startBuildhub } from './fixture/buildhub-process.ts';
import { eventually } from './fixture/eventually.ts';
import { type FailingProxy, startFailingProxy } from './fixture/failing-proxy.ts';
import { runWorkerHere } from './fixture/worker-here.ts';
import { factsOf } from './progress-facts.ts';

let s3Proxy: FailingProxy;
const stage = backfillStage(async ({ config }) => {
  s3Proxy = await startFailingProxy(config.AWS_ENDPOINT_URL_S3 ?? '');
  return s3Proxy;
});

/** A worker that can be killed, behind a proxy of S3. */
function startProcess(): Promise<BuildhubProcess> {
  const env = { ...stage().sandbox.env, AWS_ENDPOINT_URL_S3: s3Proxy.url };
  return startBuildhub(['worker', '--no-poller'], env);
}

/** A worker that hands over what it has not done after six seconds of its shutdown. */
function startWorker(): Promise<AsyncDisposable> {
  return runWorkerHere(stage().sandbox, { SHUTDOWN_SECONDS: 12 });
}

type Handle = Awaited<ReturnType<ReturnType<typeof stage>['start']>>;

/** Nothing is missing, nothing is there twice, and the report is true, whatever happened in between. */
async function expectExactlyOnce(objects: readonly { readonly body: string }[], handle: Handle) {
  const report = await handle.result();
  const hashes = hashesOf(objects);
  await stage().expectSearchable(hashes);
  expect(report).toMatchObject({ phase: 'done', done: objects.length });
  expect(factsOf(report)).toMatchObject({
    ...{ 'buildhub.json objects': objects.length, New: objects.length, Changed: 0, Unchanged: 0 },
    ...{ Invalid: 0, Missing: 0, 'Builds inserted': hashes.length },
  });
}

test('a worker that is killed while S3 fails: the next one continues, and the report counts all once', async () => {
  const { silent, start, freshBuilds, objectsSeen, sandbox } = stage();
  const objects = freshBuilds(120);
  await silent.putAll(objects);
  await using first = await startProcess();
  const handle = await start({ rateLimit: 10 });
  await objectsSeen(20);
  await kill(first);
  expect((await silent.objects()).length).toBeLessThan(120);
  s3Proxy.fail(503);
  await using _second = await startProcess();
  await eventually('S3 to have failed', () => s3Proxy.failures > 3);
  // The query may still go to the worker that was killed.
  await eventually(
    'a response',
    async () => (await findRun(sandbox.temporal, handle.workflowId))?.status === 'running',
  );
  s3Proxy.fail(undefined);
  await handle.executeUpdate(setRateLimitUpdate, { args: [null] });
  await expectExactlyOnce(objects, handle);
});

test('a worker that shuts down hands over what it has not done; without one, the last progress is known', async () => {
  const { silent, start, freshBuilds, objectsSeen, sandbox } = stage();
  const objects = freshBuilds(100);
  await silent.putAll(objects);
  const worker = await startWorker();
  const handle = await start({ rateLimit: 10 });
  await objectsSeen(15);
  await worker[Symbol.asyncDispose]();
  const state = await findRun(sandbox.temporal, handle.workflowId);
  expect(state).toMatchObject({ status: 'waiting', progress: { phase: 'running', unit: 'keys' } });
  await using _worker = await startWorker();
  await handle.executeUpdate(setRateLimitUpdate, { args: [null] });
  await expectExactlyOnce(objects, handle);
});

test('is paused, resumed, limited and cancelled; what is left is ingested by the next backfill', async () => {
  const { silent, start, run, freshBuilds, objectsSeen, sandbox } = stage();
  const objects = freshBuilds(150);
  await silent.putAll(objects);
  await using _worker = await startWorker();
  const handle = await start({ rateLimit: 12 });
  await objectsSeen(10);
  expect(await handle.executeUpdate(pauseUpdate)).toMatchObject({ phase: 'pausing', rateLimit: 12 });
  await eventually('the pause', async () => (await handle.query(progressQuery)).phase === 'paused');
  const paused = (await silent.objects()).length;
  expect(paused).toBeLessThan(150);
  await sleep(2_000);
  expect((await silent.objects()).length).toBe(paused);
  const state = await findRun(sandbox.temporal, handle.workflowId);
  expect(state).toMatchObject({ status: 'paused', progress: { phase: 'paused', rateLimit: 12 } });
  expect(state?.progress && factsOf(state.progress)).toMatchObject({ New: paused });

  const refused = handle.executeUpdate(setRateLimitUpdate, { args: [0] });
  await expect(refused).rejects.toMatchObject({ cause: { message: expect.stringContaining('above 0') } });
  expect(await handle.executeUpdate(setRateLimitUpdate, { args: [3] })).toMatchObject({ rateLimit: 3 });
  expect(await handle.executeUpdate(resumeUpdate)).toMatchObject({ phase: 'running' });
  await objectsSeen(paused + 3);
  await handle.cancel();
  await expect(handle.result()).rejects.toThrow();
  const done = (await silent.objects()).length;
  expect(done).toBeLessThan(150);
  const ended = await findRun(sandbox.temporal, handle.workflowId);
  expect(ended).toMatchObject({ status: 'cancelled', progress: { phase: 'cancelled', rateLimit: 3 } });
  const [kept] = await listReports(sandbox.postgres.database, 'backfill', 1);
  const report = JSON.parse(kept?.report ?? '');
  expect(report).toEqual({ ...ended?.progress, requestedBy: 'a test' });
  expect(factsOf(report)).toMatchObject({ New: done, 'Builds inserted': (await silent.builds()).length });

  const next = (await run()).report;
  expect(factsOf(next)).toMatchObject({ done: 150, Unchanged: done, New: 150 - done });
  await stage().expectSearchable(hashesOf(objects));
});

test('a limit holds over all ranges together, and what takes longer than a slice is shared among idle slots', async () => {
  const { silent, start, freshBuilds } = stage();
  // Eight folders of which one holds most: the others are done long before it.
  const objects = freshBuilds(120).map(({ body }, n) => ({
    key: `${n < 35 ? n % 7 : 'large'}/${n}/buildhub.json`,
    body,
  }));
  await silent.putAll(objects);
  await using _worker = await startWorker();
  const began = Date.now();
  const handle = await start({ rateLimit: 10, concurrency: 4 });
  await eventually('more ranges than there were', async () => {
    const { 'Ranges done': ranges } = factsOf(await handle.query(progressQuery));
    return Number(String(ranges).split(' of ')[1]) > 8;
  });
  const { done } = await handle.query(progressQuery);
  expect(done / ((Date.now() - began) / 1_000)).toBeLessThanOrEqual(10 + 2);
  await handle.executeUpdate(setRateLimitUpdate, { args: [null] });
  await expectExactlyOnce(objects, handle);
});

test('slots that find no range after a pause work again once there are more', async () => {
  const { start, sandbox } = stage();
  // Eight slices, of which only the last has keys to read.
  const keys = Array.from({ length: 8_000 }, (_, n) => `${n}/${n < 7_000 ? 'other' : 'buildhub'}.json`);
  const list = await storeKeyList(sandbox.postgres.database, keys);
  await using _worker = await startWorker();
  const handle = await start({ source: { kind: 'key-list', list, prefix: '' }, rateLimit: 20 });
  const running = async () => (await handle.describe()).raw.pendingActivities?.length;
  await eventually('the last slice', async () => {
    const { done } = await handle.query(progressQuery);
    return done >= 7_000 && (await running()) === 1;
  });
  await handle.executeUpdate(pauseUpdate);
  await eventually('the pause', async () => (await handle.query(progressQuery)).phase === 'paused');
  await handle.executeUpdate(resumeUpdate);
  await eventually('work in all slots', async () => (await running()) === 4, 30);
  await handle.cancel();
  await expect(handle.result()).rejects.toThrow();
});
