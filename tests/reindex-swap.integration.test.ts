import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publish } from '../samples/publish.ts';
import type { ManagedProcess } from '../stack/managed-process.ts';
import { startReindex } from '../temporal/start-reindex.ts';
import { startBuildhub } from './fixture/buildhub-process.ts';
import { eventually } from './fixture/eventually.ts';
import { type FailingProxy, startFailingProxy } from './fixture/failing-proxy.ts';
import { createSandbox, type Sandbox } from './fixture/sandbox.ts';
import { someObjects, storeBuilds } from './reindex-corpus.ts';

let sandbox: Sandbox;
let elasticsearch: FailingProxy;
let worker: ManagedProcess;
beforeAll(async () => {
  sandbox = await createSandbox();
  elasticsearch = await startFailingProxy(sandbox.config.ELASTICSEARCH_URL);
  worker = await startBuildhub(['worker'], { ...sandbox.env, ELASTICSEARCH_URL: elasticsearch.url });
});
afterAll(async () => {
  await worker?.stop();
  await elasticsearch?.[Symbol.asyncDispose]();
  await sandbox?.[Symbol.asyncDispose]();
});

/** The attempt of the swap that was begun last. */
async function swapAttempt(reindex: WorkflowHandle): Promise<number> {
  const { raw } = await reindex.describe();
  const swap = raw.pendingActivities?.find(({ activityType }) => activityType?.name === 'swapIndex');
  if (!swap?.attempt) throw new Error('The reindex has no swap under way');
  return swap.attempt;
}

test('what arrives between the last pass of catching up and a swap that is late is found after it', async () => {
  const { config, temporal, s3 } = sandbox;
  const alias = config.ELASTICSEARCH_INDEX;
  const builds = await storeBuilds(sandbox, someObjects(300, 1));
  await (await startReindex(temporal, config, {}, 'a test')).result();

  // The note of the index that retires is the first thing that a swap writes, and nothing else writes it.
  elasticsearch.fail(503, /^PUT .*_mapping/);
  const handle = await startReindex(temporal, config, {}, 'a test');
  await eventually('the swap to be tried', () => elasticsearch.failures > 0 || undefined);
  await publish(s3, config.S3_BUCKET, someObjects(40, 2));
  const found = await eventually('what was published to be found', async () => {
    const { count } = await sandbox.elasticsearch.count({ index: alias });
    return count >= builds + 40 ? count : undefined;
  });
  // Not the attempt that is under way: it may have caught up before the last of them came.
  const attemptsSoFar = await swapAttempt(handle);
  await eventually('another attempt', async () => (await swapAttempt(handle)) > attemptsSoFar || undefined);
  elasticsearch.fail(undefined);

  const report = await handle.result();
  expect(report.documentsBefore).toBeGreaterThanOrEqual(found);
  expect(report.documentsAfter).toBeGreaterThanOrEqual(found);
});
