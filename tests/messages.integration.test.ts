import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { s3Objects, unreadableMessages } from '../drizzle/tables.ts';
import { readS3Event } from '../schema/s3/s3-event.ts';
import { ingestWorkflowId } from '../schema/s3/workflow-id.ts';
import type { ingestMessage } from '../workflows/ingest-message.ts';
import { urlOf } from './fixture/buildhub-process.ts';
import { eventually } from './fixture/eventually.ts';
import { forAllTests } from './fixture/for-all-tests.ts';
import { drained, outcomeOf, queueDepth, s3Event, send } from './fixture/messages.ts';
import { createWorkingSandbox } from './fixture/working-sandbox.ts';

const sandbox = forAllTests(() => createWorkingSandbox(98));

test('a message that reports nothing to ingest is deleted and starts nothing', async () => {
  const { S3_BUCKET: bucket } = sandbox.config;
  const removed = s3Event(bucket, 'ignored/buildhub.json');
  for (const record of removed.Records) record.eventName = 'ObjectRemoved:Delete';
  const messages = [
    { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: bucket },
    removed,
    s3Event(bucket, 'ignored/not/a/buildhub.json/file'),
  ];
  for (const message of messages) await send(sandbox, message);
  await drained(sandbox);
  const rows = await sandbox.postgres.database.select().from(s3Objects).where(sql`key like 'ignored/%'`);
  expect(rows).toEqual([]);
  const page = await (await fetch(`${urlOf(sandbox.worker)}/metrics`)).text();
  for (const reason of ['removed', 'other-key', 'test-event'])
    expect(page).toMatch(new RegExp(`records_ignored_total\\{reason="${reason}"\\} [1-9]`));
});

test('a message that cannot be read becomes a failed workflow that shows the body, and a row', async () => {
  const body = '{"Records": [null]}';
  const messageId = await send(sandbox, body);
  const row = await eventually('the message to be quarantined', async () => {
    const { database } = sandbox.postgres;
    const [found] = await database.select().from(unreadableMessages).where(sql`message_id = ${messageId}`);
    return found;
  });
  expect(row).toMatchObject({ body, workflowId: `unreadable:${messageId}` });
  const handle = sandbox.temporal.workflow.getHandle(row.workflowId);
  await expect(handle.result()).rejects.toMatchObject({
    cause: { type: 'UnreadableMessage', message: expect.stringContaining(body) },
  });
});

test('a message that is large and cannot be read waits for PostgreSQL, whose errors quote it', async () => {
  const { postgres, temporal, config } = sandbox;
  const unreadableBody = 'x'.repeat(700_000);
  const rename = (from: string, to: string) => postgres.pool.query(`alter table ${from} rename to ${to}`);
  await rename('unreadable_messages', 'hidden');
  const handle = await temporal.workflow.start<typeof ingestMessage>('ingestMessage', {
    workflowId: 'large-and-unreadable',
    taskQueue: config.TEMPORAL_TASK_QUEUE,
    args: [{ messageId: 'large', objects: [], unreadableBody }],
  });
  await eventually('an attempt that Temporal repeats', async () => {
    const { raw } = await handle.describe();
    return raw.pendingActivities?.find(({ attempt }) => (attempt ?? 0) > 1);
  });
  await rename('hidden', 'unreadable_messages');
  await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'UnreadableMessage' } });
  const rows = await postgres.database.select().from(unreadableMessages).where(sql`message_id = 'large'`);
  expect(rows).toMatchObject([{ body: unreadableBody }]);
});

test('a message with several objects ingests each, and is `partly` if their outcomes differ', async () => {
  const { S3_BUCKET: bucket } = sandbox.config;
  await sandbox.put('several/one.buildhub.json', sandbox.freshBuild());
  await outcomeOf(sandbox, 'several/one.buildhub.json');
  const records = [
    ...s3Event(bucket, 'several/one.buildhub.json').Records,
    ...s3Event(bucket, 'several/none.buildhub.json').Records,
    null,
  ];
  const messageId = await send(sandbox, { Records: records });
  const handle = sandbox.temporal.workflow.getHandle(`unreadable:${messageId}`);
  await eventually('the workflow', async () => await handle.describe());
  await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'UnreadableMessage' } });
  const { memo } = await handle.describe();
  expect(memo).toMatchObject({
    summary: { messageId, outcome: 'partly', objects: [{ outcome: 'unchanged' }, { outcome: 'missing' }] },
  });
});

test('a message that comes twice is ingested once', async () => {
  const { S3_BUCKET: bucket } = sandbox.config;
  await sandbox.put('twice/buildhub.json', sandbox.freshBuild());
  const first = await outcomeOf(sandbox, 'twice/buildhub.json');
  const event = s3Event(bucket, 'twice/buildhub.json', { sequencer: '00B2', eTag: 'abc' });
  await send(sandbox, event);
  await send(sandbox, event);
  await drained(sandbox);
  const id = ingestWorkflowId(readS3Event(JSON.stringify(event)).objects);
  await sandbox.temporal.workflow.getHandle(id).result();
  await send(sandbox, event);
  await drained(sandbox);
  const row = await outcomeOf(sandbox, 'twice/buildhub.json');
  expect(row).toMatchObject({ outcome: 'unchanged', attempts: first.attempts + 1, workflowId: id });
});

test('nothing is left in the queue or the dead-letter queue, and the worker still runs', async () => {
  await drained(sandbox);
  const dead = await queueDepth(sandbox, sandbox.config.SQS_DEAD_LETTER_QUEUE_URL);
  expect(dead).toEqual({ visible: 0, inFlight: 0 });
  expect(sandbox.worker.running).toBe(true);
});
