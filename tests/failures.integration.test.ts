import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordUnreadableMessage } from '../drizzle/queries/unreadable-messages.ts';
import { s3Objects, unreadableMessages } from '../drizzle/tables.ts';
import { readBuilds } from '../schema/published-build.ts';
import { documents, drained, outcomeOf, queueDepth, s3Event } from './fixture/messages.ts';
import { putBroken } from './fixture/put-broken.ts';
import { runBuildhub } from './fixture/run-buildhub.ts';
import { createSilentBucket, type SilentBucket } from './fixture/silent-bucket.ts';
import { createWorkingSandbox, type WorkingSandbox } from './fixture/working-sandbox.ts';

let sandbox: WorkingSandbox;
let silent: SilentBucket;

beforeAll(async () => {
  sandbox = await createWorkingSandbox(78);
});
afterAll(() => sandbox?.[Symbol.asyncDispose]());
beforeEach(async () => {
  await sandbox.postgres.database.delete(s3Objects);
  await sandbox.postgres.database.delete(unreadableMessages);
  silent = await createSilentBucket(sandbox);
});

describe('an object that has failed', () => {
  test('is listed by its reason, shown, mended, retried and gone, though Temporal has forgotten its run', async () => {
    const key = 'pub/firefox/broken/buildhub.json';
    const { workflowId, runId } = await putBroken(
      sandbox,
      silent,
      key,
      sandbox.freshBuild().replace(/"os": "\w+"/, '"os": "ios"'),
    );
    await putBroken(sandbox, silent, 'pub/firefox/other/buildhub.json', '[]');
    const groups = await sandbox.command('failures', 'list', '--json');
    expect(groups.stdout.split('\n').map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({
        outcome: 'invalid',
        count: 1,
        example: '(root): must be object, not []',
      }),
      expect.objectContaining({ outcome: 'invalid', count: 1, example: expect.stringContaining('ios') }),
    ]);
    const listed = await sandbox.command('failures', 'list', '--objects', '--reason', 'IOS');
    expect(listed.stdout).toContain(`s3://${silent.bucket}/${key}`);
    expect(listed.stdout).not.toContain('other');
    const shown = await sandbox.command('failures', 'show', key, '--bucket', silent.bucket);
    expect(shown.stdout).toMatch(/not "ios"/);
    expect(shown.stdout).toContain(encodeURIComponent(workflowId));

    await sandbox.temporal.workflowService.deleteWorkflowExecution({
      namespace: sandbox.config.TEMPORAL_NAMESPACE,
      workflowExecution: { workflowId, runId },
    });
    const still = await sandbox.command('failures', 'retry', key, '--bucket', silent.bucket);
    expect(still).toMatchObject({
      code: 3,
      stdout: expect.stringMatching(/: invalid: .*not "ios"/),
    });
    const body = sandbox.freshBuild();
    await silent.put(key, body);
    const mended = await sandbox.command('failures', 'retry', key, '--bucket', silent.bucket, '--json');
    expect(mended.code).toBe(0);
    expect(JSON.parse(mended.stdout)).toMatchObject({
      outcome: 'ingested',
      workflow_id: `retry:${silent.bucket}/${key}@attempt-3`,
    });
    const row = await outcomeOf(sandbox, key);
    expect(row).toMatchObject({ outcome: 'ingested', attempts: 3, reason: null });
    expect(row.buildHashes).toEqual(readBuilds(body).map(({ hash }) => hash));
    const gone = await sandbox.command('failures', 'list', '--objects');
    expect(gone.stdout).not.toContain(key);
    expect(gone.stdout).toContain('pub/firefox/other/buildhub.json');
  });

  test('a command that does not say what to retry, or names what is not known, says so', async () => {
    expect(await sandbox.command('failures', 'retry')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/missing required argument 'keys'/),
    });
    expect(await sandbox.command('retry', 'start')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/required option '--scope <value>' not specified/),
    });
    expect(await sandbox.command('failures', 'show', 'no/such/buildhub.json')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Nothing is known of object s3:/),
    });
    expect(await sandbox.command('failures', 'list', '--since', 'yesterday')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/It must be 2026-01-31/),
    });
  });
});

test('an unreadable message that can be read by now is ingested, and another stays', async () => {
  const key = 'told/buildhub.json';
  await silent.put(key, sandbox.freshBuild());
  const kept = { reason: 'could not be read by a former version', workflowId: 'w', runId: 'r' };
  const { database } = sandbox.postgres;
  await recordUnreadableMessage(database, {
    messageId: 'readable-now',
    body: JSON.stringify(s3Event(silent.bucket, key)),
    ...kept,
  });
  await recordUnreadableMessage(database, { messageId: 'never', body: 'hello', ...kept });
  const listed = await sandbox.command('failures', 'list', '--messages');
  expect(listed.stdout).toMatch(/readable-now +could not be read by a former version/);
  expect((await sandbox.command('failures', 'show', '--message', 'never')).stdout).toMatch(/body +hello/);
  const report = await sandbox.command('retry', 'start', '--scope', 'messages', '--json');
  expect(report, report.stderr).toMatchObject({ code: 3 });
  expect(JSON.parse(report.stdout)).toMatchObject({
    ...{ name: 'retry', status: 'done', finished_at: expect.any(String) },
    progress: { total: 2, facts: expect.arrayContaining([{ label: 'Ingested', value: 1 }]) },
  });
  expect(await outcomeOf(sandbox, key)).toMatchObject({ outcome: 'ingested' });
  const rows = await database.select().from(unreadableMessages);
  expect(rows).toMatchObject([{ messageId: 'never', attempts: 2, body: 'hello' }]);
  const one = await sandbox.command('failures', 'retry', '--message', 'never');
  expect(one).toMatchObject({ code: 3, stdout: expect.stringMatching(/^never: unreadable: /) });
});

describe('the dead-letter queue', () => {
  const deadLetters = () => sandbox.config.SQS_DEAD_LETTER_QUEUE_URL;
  const bury = async (body: unknown) => {
    const MessageBody = JSON.stringify(body);
    const { MessageId = '' } = await sandbox.sqs.send(
      new SendMessageCommand({ QueueUrl: deadLetters(), MessageBody }),
    );
    return MessageId;
  };

  test('is listed without hiding anything, and redriven as a whole', async () => {
    const keys = Array.from({ length: 13 }, (_, n) => `dead/${String(n).padStart(2, '0')}/buildhub.json`);
    const ids: string[] = [];
    for (const key of keys) {
      await silent.put(key, sandbox.freshBuild());
      ids.push(await bury(s3Event(silent.bucket, key)));
    }
    const listed = await sandbox.command('dead-letters', 'list', '--json');
    const letters = listed.stdout.split('\n').map((line) => JSON.parse(line) as { messageId: string });
    expect(ids).toEqual(expect.arrayContaining(letters.map(({ messageId }) => messageId)));
    expect(letters.length).toBeGreaterThanOrEqual(10);
    expect((await sandbox.command('dead-letters', 'list')).stdout).toContain('    s3://');
    expect(await queueDepth(sandbox, deadLetters())).toEqual({ visible: 13, inFlight: 0 });
    expect((await silent.objects()).length).toBe(0);

    const all = await sandbox.command('dead-letters', 'redrive', '--json');
    expect(JSON.parse(all.stdout)).toEqual({ moved: 13 });
    for (const key of keys) expect(await outcomeOf(sandbox, key)).toMatchObject({ outcome: 'ingested' });
    await drained(sandbox);
    expect(await queueDepth(sandbox, deadLetters())).toEqual({ visible: 0, inFlight: 0 });
    expect((await sandbox.command('dead-letters', 'list')).stdout).toBe('The dead-letter queue is empty.');
    const indexed = [...(await documents(sandbox)).values()].length;
    expect(indexed).toBeGreaterThanOrEqual(13);
  });

  test('without its address there is nothing to list', async () => {
    const env = { ...sandbox.env, SQS_DEAD_LETTER_QUEUE_URL: '' };
    expect(await runBuildhub(['dead-letters', 'list'], env)).toMatchObject({
      code: 78,
      stderr: expect.stringMatching(/SQS_DEAD_LETTER_QUEUE_URL is not set/),
    });
  });
});
