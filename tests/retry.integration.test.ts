import { PutObjectCommand } from '@aws-sdk/client-s3';
import { sql } from 'drizzle-orm';
import Long from 'long';
import { beforeEach, describe, expect, test } from 'vitest';
import { recordObjects } from '../drizzle/queries/objects.ts';
import { recordUnreadableMessage } from '../drizzle/queries/unreadable-messages.ts';
import { s3Objects } from '../drizzle/tables.ts';
import { readBuilds } from '../schema/published-build.ts';
import type { RetryFailedInput } from '../workflows/retry/retry-failed.ts';
import { eventually } from './fixture/eventually.ts';
import { forAllTests } from './fixture/for-all-tests.ts';
import { drained, outcomeOf, s3Event, send } from './fixture/messages.ts';
import { putBroken } from './fixture/put-broken.ts';
import { createSilentBucket, type SilentBucket } from './fixture/silent-bucket.ts';
import { startWorkflow } from './fixture/start-operations.ts';
import { createWorkingSandbox } from './fixture/working-sandbox.ts';
import { factsOf } from './progress-facts.ts';

const sandbox = forAllTests(() => createWorkingSandbox(77));
let silent: SilentBucket;

beforeEach(async () => {
  await sandbox.postgres.database.delete(s3Objects);
  silent = await createSilentBucket(sandbox);
});

function start(input: RetryFailedInput) {
  return startWorkflow(sandbox.temporal, 'retry', sandbox.config, input);
}

async function retry(input: RetryFailedInput) {
  return await (await start(input)).result();
}

/** Records objects as missing. */
async function recordMissing(keys: readonly string[]): Promise<void> {
  const outcomes = keys.map((key) => ({
    ...{ bucket: silent.bucket, key, outcome: 'missing' as const, reason: 'gone' },
    ...{ workflowId: 'w', runId: 'r' },
  }));
  await recordObjects(sandbox.postgres.database, outcomes);
}

describe('a retry of many', () => {
  test('is of a selection: by reason, outcome and prefix; what was fixed is ingested, the rest is reported', async () => {
    const bodies = ['a', 'b', 'c'].map(
      (name) => [`fixed/${name}/buildhub.json`, sandbox.freshBuild()] as const,
    );
    for (const [key] of bodies) await putBroken(sandbox, silent, key, '[]');
    await putBroken(sandbox, silent, 'fixed/d/buildhub.json', '[]');
    await putBroken(sandbox, silent, 'elsewhere/buildhub.json', '[]');
    await putBroken(sandbox, silent, 'fixed/e/buildhub.json', '{"build": {}}');
    for (const [key, body] of bodies) await silent.put(key, body);
    const objects = { prefix: 'fixed/', reason: 'must be object' };
    const report = await retry({ selection: { objects } });
    expect(report).toMatchObject({
      ...{ phase: 'done', done: 4, total: 4 },
      problem: expect.stringMatching(/^1 retries did not succeed/),
    });
    expect(factsOf(report)).toMatchObject({
      ...{ 'In flight': 0, Ingested: 3, Invalid: 1 },
      [`retry:${silent.bucket}/fixed/d/buildhub.json@attempt-2`]: expect.stringMatching(/must be object/),
    });
    const attempts = Object.fromEntries((await silent.objects()).map((row) => [row.key, row.attempts]));
    expect(attempts).toEqual({
      'elsewhere/buildhub.json': 1,
      'fixed/a/buildhub.json': 2,
      'fixed/b/buildhub.json': 2,
      'fixed/c/buildhub.json': 2,
      'fixed/d/buildhub.json': 2,
      'fixed/e/buildhub.json': 1,
    });
  });

  test('pages through more than fit into one, each once, no faster than it may', async () => {
    await recordMissing(
      Array.from({ length: 130 }, (_, n) => `gone/${String(n).padStart(3, '0')}/buildhub.json`),
    );
    const came = sandbox.freshBuild();
    await silent.put('gone/117/buildhub.json', came);
    const began = Date.now();
    const report = await retry({ selection: { objects: { outcomes: ['missing'] } }, rateLimit: 50 });
    expect(130 / ((Date.now() - began) / 1_000)).toBeLessThanOrEqual(50);
    expect(report).toMatchObject({ phase: 'done', total: 130 });
    expect(factsOf(report)).toMatchObject({ Missing: 129, Ingested: 1 });
    expect(report.facts.filter(({ label }) => label.startsWith('retry:'))).toHaveLength(10);
    const rows = await silent.objects();
    expect(rows.every(({ attempts }) => attempts === 2)).toBe(true);
    expect(rows.filter(({ outcome }) => outcome === 'ingested').map(({ key }) => key)).toEqual([
      'gone/117/buildhub.json',
    ]);
  });

  test('finishes whatever happens to its retries: cancelled, terminated, or waiting for S3 to permit access', async () => {
    const missing = Array.from({ length: 3 }, (_, n) => `away/${n}/buildhub.json`);
    const refused = Array.from({ length: 20 }, (_, n) => `waiting-${n}`);
    const keys = ['cancelled', 'terminated', ...refused].map((name) => `${name}/buildhub.json`);
    for (const Key of keys) {
      const Body = sandbox.freshBuild();
      await sandbox.s3.send(
        new PutObjectCommand({ Bucket: silent.bucket, Key, Body, StorageClass: 'GLACIER' }),
      );
    }
    await recordMissing([...missing, ...keys]);
    const handle = await start({ selection: { objects: {} }, patienceSeconds: 10 });
    const childOf = (key: string | undefined) =>
      sandbox.temporal.workflow.getHandle(`retry:${silent.bucket}/${key}@attempt-2`);
    await eventually('the retry to be cancelled', () =>
      childOf(keys[0])
        .cancel()
        .then(() => true),
    );
    await eventually('the retry to be terminated', () =>
      childOf(keys[1])
        .terminate()
        .then(() => true),
    );
    const report = await handle.result();
    expect(factsOf(report)).toMatchObject({
      ...{ done: 25, Missing: 3, Cancelled: 1, Failed: 1, Waiting: 20 },
      ...{ [childOf(keys[0]).workflowId]: 'Its workflow was cancelled.' },
    });
    expect(report.problem).toMatch(
      /^5 retries did not succeed: .*\. 20 still wait for a service and continue\.$/,
    );
    for (const key of keys.slice(2)) await childOf(key).terminate();
  });
});

async function failedRunOf(key: string) {
  await silent.put(key, '{"build": {}}');
  const event = s3Event(silent.bucket, key, { sequencer: '00C3' });
  await send(sandbox, event);
  const row = await outcomeOf(sandbox, key);
  expect(row).toMatchObject({ outcome: 'invalid', attempts: 1 });
  const { workflowId, runId } = row;
  await expect(sandbox.temporal.workflow.getHandle(workflowId, runId).result()).rejects.toThrow();
  return { event, workflowId, runId };
}

test('messages of which a page would be too large for Temporal are retried', async () => {
  const body = '日'.repeat(87_000);
  const messageIds = Array.from({ length: 11 }, (_, index) => `large-${index}`);
  for (const messageId of messageIds) {
    const workflowId = `unreadable:${messageId}`;
    const message = { messageId, body, reason: 'is no JSON', workflowId, runId: 'none' };
    await recordUnreadableMessage(sandbox.postgres.database, message);
  }
  const report = await retry({ selection: { messages: {} } });
  expect(report).toMatchObject({ phase: 'done', done: 11, total: 11 });
  expect(factsOf(report)).toMatchObject({ Unreadable: 11 });
});

test('one message alone is waited for', async () => {
  const message = {
    messageId: 'alone',
    body: '{',
    reason: 'is alone',
    workflowId: 'unreadable:alone',
    runId: 'none',
  };
  await recordUnreadableMessage(sandbox.postgres.database, message);
  const report = await retry({ selection: { messages: { reason: 'is alone' } } });
  expect(report).toMatchObject({ phase: 'done', done: 1, total: 1 });
});

test('a failed run that is reset, as by the button of the Temporal UI, is ingested once its cause is gone', async () => {
  const key = 'reset/buildhub.json';
  const first = sandbox.freshBuild();
  const { workflowId, runId } = await failedRunOf(key);
  await silent.put(key, first);
  await sandbox.temporal.workflowService.resetWorkflowExecution({
    namespace: sandbox.config.TEMPORAL_NAMESPACE,
    workflowExecution: { workflowId, runId },
    // The end of the first workflow task: what the UI calls `first workflow task`.
    workflowTaskFinishEventId: Long.fromNumber(4),
    requestId: crypto.randomUUID(),
    reason: 'the object was fixed',
  });
  const row = await eventually('another outcome', async () => {
    const now = await outcomeOf(sandbox, key);
    return now.outcome === 'ingested' ? now : undefined;
  });
  expect(row).toMatchObject({
    attempts: 2,
    reason: null,
    buildHashes: readBuilds(first).map(({ hash }) => hash),
  });
  expect(row.runId).not.toBe(runId);
  await sandbox.temporal.workflow.getHandle(workflowId).result();
});

test('the same id started again runs again after a failure, and not after a success', async () => {
  const key = 'again/buildhub.json';
  const { event, workflowId } = await failedRunOf(key);
  await silent.put(key, sandbox.freshBuild());
  await send(sandbox, event);
  await eventually('another outcome', async () =>
    (await outcomeOf(sandbox, key)).outcome === 'ingested' ? true : undefined,
  );
  await sandbox.temporal.workflow.getHandle(workflowId).result();
  await send(sandbox, event);
  await drained(sandbox);
  const [row] = await sandbox.postgres.database.select().from(s3Objects).where(sql`key = ${key}`);
  expect(row).toMatchObject({ attempts: 2, workflowId });
});
