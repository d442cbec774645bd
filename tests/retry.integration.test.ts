import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { sql } from 'drizzle-orm';
import Long from 'long';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { s3Objects } from '../drizzle/tables.ts';
import { generateBuilds } from '../samples/generate-builds.ts';
import { readBuilds } from '../schema/published-build.ts';
import type { ManagedProcess } from '../stack/managed-process.ts';
import { startBuildhub } from './fixture/buildhub-process.ts';
import { eventually } from './fixture/eventually.ts';
import { documents, drained, outcomeOf, s3Event, send } from './fixture/messages.ts';
import { createSandbox, type Sandbox } from './fixture/sandbox.ts';

let sandbox: Sandbox;
let worker: ManagedProcess;
/** A bucket that tells nobody of what is put into it, so that only the test's own messages count. */
let silentBucket: string;
const [first, second] = [...generateBuilds(2, new Date('2026-01-01T00:00:00Z'), 7)].map(({ body }) => body);

beforeAll(async () => {
  sandbox = await createSandbox();
  worker = await startBuildhub(['worker'], sandbox.env);
  silentBucket = `${sandbox.config.S3_BUCKET}-silent`;
  await sandbox.s3.send(
    new CreateBucketCommand({
      Bucket: silentBucket,
      CreateBucketConfiguration: { LocationConstraint: 'us-west-2' },
    }),
  );
});
afterAll(async () => {
  await worker?.stop();
  await sandbox[Symbol.asyncDispose]();
});

async function put(Key: string, Body: string): Promise<void> {
  await sandbox.s3.send(new PutObjectCommand({ Bucket: silentBucket, Key, Body }));
}

async function failedRunOf(key: string) {
  await put(key, '{"build": {}}');
  const event = s3Event(silentBucket, key, { sequencer: '00C3' });
  await send(sandbox, event);
  const row = await outcomeOf(sandbox, key);
  expect(row).toMatchObject({ outcome: 'invalid', attempts: 1 });
  const { workflowId, runId } = row;
  await expect(sandbox.temporal.workflow.getHandle(workflowId, runId).result()).rejects.toThrow();
  return { event, workflowId, runId };
}

test('a failed run that is reset, as by the button of the Temporal UI, is ingested once its cause is gone', async () => {
  const key = 'reset/buildhub.json';
  const { workflowId, runId } = await failedRunOf(key);
  await put(key, first ?? '');
  await sandbox.temporal.workflowService.resetWorkflowExecution({
    namespace: sandbox.config.TEMPORAL_NAMESPACE,
    workflowExecution: { workflowId, runId },
    // The end of the first workflow task: what the UI calls `first workflow task`.
    workflowTaskFinishEventId: Long.fromNumber(4),
    requestId: crypto.randomUUID(),
    reason: 'the object was mended',
  });
  const row = await eventually('another outcome', async () => {
    const now = await outcomeOf(sandbox, key);
    return now.outcome === 'ingested' ? now : undefined;
  });
  expect(row).toMatchObject({
    attempts: 2,
    reason: null,
    buildHashes: readBuilds(first ?? '').map(({ hash }) => hash),
  });
  expect(row.runId).not.toBe(runId);
  await sandbox.temporal.workflow.getHandle(workflowId).result();
});

test('the same id started again runs again after a failure, and not after a success', async () => {
  const key = 'again/buildhub.json';
  const { event, workflowId } = await failedRunOf(key);
  await put(key, second ?? '');
  await send(sandbox, event);
  await eventually('another outcome', async () =>
    (await outcomeOf(sandbox, key)).outcome === 'ingested' ? true : undefined,
  );
  await sandbox.temporal.workflow.getHandle(workflowId).result();
  await send(sandbox, event);
  await drained(sandbox);
  const [row] = await sandbox.postgres.database.select().from(s3Objects).where(sql`key = ${key}`);
  expect(row).toMatchObject({ attempts: 2, workflowId });
  const [build] = readBuilds(second ?? '');
  const found = [...(await documents(sandbox)).values()].filter((document) =>
    JSON.stringify(document).includes(build?.summary.buildId ?? 'none'),
  );
  expect(found).not.toHaveLength(0);
});
