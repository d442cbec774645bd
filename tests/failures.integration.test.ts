import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, test } from 'vitest';
import { runHere } from '../cli/testing/run-here.ts';
import { recordObject } from '../drizzle/queries/objects.ts';
import { recordUnreadableMessage } from '../drizzle/queries/unreadable-messages.ts';
import { s3Objects, unreadableMessages } from '../drizzle/tables.ts';
import { readBuilds } from '../schema/published-build.ts';
import { forAllTests } from './fixture/for-all-tests.ts';
import { drained, outcomeOf, queueDepth, s3Event } from './fixture/messages.ts';
import { putBroken } from './fixture/put-broken.ts';
import { createSilentBucket, type SilentBucket } from './fixture/silent-bucket.ts';
import { createWorkingSandbox } from './fixture/working-sandbox.ts';

const sandbox = forAllTests(() => createWorkingSandbox(78));
let silent: SilentBucket;

beforeEach(async () => {
  await sandbox.postgres.database.delete(s3Objects);
  await sandbox.postgres.database.delete(unreadableMessages);
  silent = await createSilentBucket(sandbox);
});

const command = (...args: string[]) => runHere(args, sandbox.env);

/** The outcome and result of the last action in the audit log. */
async function lastAction() {
  const { rows } = await sandbox.postgres.pool.query<{ outcome: string; result: string }>(
    'select outcome, result from operator_actions order by id desc limit 1',
  );
  return rows[0];
}

describe('an object that has failed', () => {
  test('is listed by its reason, shown, fixed, retried and gone, though Temporal has forgotten its run', async () => {
    const key = 'pub/firefox/broken/buildhub.json';
    const { workflowId, runId } = await putBroken(
      sandbox,
      silent,
      key,
      sandbox.freshBuild().replace(/"os": "\w+"/, '"os": "ios"'),
    );
    await putBroken(sandbox, silent, 'pub/firefox/other/buildhub.json', '[]');
    const groups = await command('failures', 'list', '--json');
    expect(groups.stdout.split('\n').map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({
        outcome: 'invalid',
        count: 1,
        example: '(root): must be object, not []',
      }),
      expect.objectContaining({
        last_attempt_at: expect.any(String),
        example: expect.stringContaining('ios'),
      }),
    ]);
    const listed = await command('failures', 'list', '--objects', '--reason', 'IOS');
    expect(listed.stdout).toContain(`s3://${silent.bucket}/${key}`);
    expect(listed.stdout).not.toContain('other');
    const shown = await command('failures', 'show', key, '--bucket', silent.bucket);
    expect(shown.stdout).toMatch(/not "ios"/);
    expect(shown.stdout).toContain(encodeURIComponent(workflowId));

    await sandbox.temporal.workflowService.deleteWorkflowExecution({
      namespace: sandbox.config.TEMPORAL_NAMESPACE,
      workflowExecution: { workflowId, runId },
    });
    const still = await command('failures', 'retry', key, '--bucket', silent.bucket);
    expect(still).toMatchObject({
      code: 3,
      stdout: expect.stringMatching(/: invalid: .*not "ios"/),
    });
    expect(await lastAction()).toEqual({ outcome: 'failed', result: `${key}: invalid` });
    const body = sandbox.freshBuild();
    await silent.put(key, body);
    const fixed = await command('failures', 'retry', key, '--bucket', silent.bucket, '--json');
    expect(fixed.code).toBe(0);
    expect(await lastAction()).toEqual({ outcome: 'done', result: `${key}: ingested` });
    expect(JSON.parse(fixed.stdout)).toMatchObject({
      outcome: 'ingested',
      workflow_id: `retry:${silent.bucket}/${key}@attempt-3`,
    });
    const row = await outcomeOf(sandbox, key);
    expect(row).toMatchObject({ outcome: 'ingested', attempts: 3, reason: null });
    expect(row.buildHashes).toEqual(readBuilds(body).map(({ hash }) => hash));
    const gone = await command('failures', 'list', '--objects');
    expect(gone.stdout).not.toContain(key);
    expect(gone.stdout).toContain('pub/firefox/other/buildhub.json');
  });

  test('a command that names what is not known says so', async () => {
    expect(await command('failures', 'show', 'no/such/buildhub.json')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/No outcome of .+ is recorded/),
    });
    expect(await command('failures', 'list', '--since', 'x 3')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/It must be a date \(2026-01-31\), a time with its zone .*7d\)/),
    });
  });

  test('a key that nobody has seen and that S3 does not have is refused, and becomes no failure', async () => {
    expect(await command('failures', 'retry', 'no/such/buildhub.json')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/no\/such\/buildhub\.json is recorded, and S3 has no such object/),
    });
    expect(await lastAction()).toMatchObject({ outcome: 'failed' });
    expect(await sandbox.postgres.database.select().from(s3Objects)).toEqual([]);
    await sandbox.put('unseen/buildhub.json', '[]');
    expect((await command('failures', 'retry', 'unseen/buildhub.json')).stdout).toContain(': invalid: ');
  });

  test('cannot control the terminal by its key or reason, nor look like more lines', async () => {
    const key = 'bugs/\x1b[2J\x1b]0;x\x07\u202e\n/buildhub.json';
    const run = { workflowId: `ingest:b/${key}`, runId: '01a20c2c-43aa-7941-af88-2ef5656c36ca' };
    const bucket = sandbox.config.S3_BUCKET;
    const reason = 'not \x9b1m\nfine';
    await recordObject(sandbox.postgres.database, { bucket, key, outcome: 'invalid', reason, ...run });
    for (const args of [['list'], ['list', '--objects'], ['list', '--objects', '--json'], ['show', key]]) {
      const { stdout } = await command('failures', ...args);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
      expect(stdout, args.join(' ')).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]|^fine|^\/buildhub/m);
    }
    const { stdout } = await command('failures', 'list', '--objects', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ key, reason });
  });
});

test('an unreadable message that can be read by now is ingested, and another stays', async () => {
  const key = 'announced/buildhub.json';
  await silent.put(key, sandbox.freshBuild());
  const kept = { reason: 'could not be read by a former version', workflowId: 'w', runId: 'r' };
  const { database } = sandbox.postgres;
  await recordUnreadableMessage(database, {
    messageId: 'readable-now',
    body: JSON.stringify(s3Event(silent.bucket, key)),
    ...kept,
  });
  await recordUnreadableMessage(database, { messageId: 'never', body: 'hello', ...kept });
  const listed = await command('failures', 'list', '--messages');
  expect(listed.stdout).toMatch(/never.*\n.*readable-now +could not be read by a former version/);
  expect((await command('failures', 'list', '--messages', '-n', '1')).stderr).toMatch(
    /^Only the first 1 messages/,
  );
  expect((await command('failures', 'list', '--messages', '--prefix', 'pub/')).stderr).toMatch(
    /cannot be used/,
  );
  expect((await command('failures', 'show', '--message', 'never')).stdout).toMatch(/body +hello/);
  const report = await command('retry', 'start', '--scope', 'messages', '--json');
  expect(report, report.stderr).toMatchObject({ code: 3 });
  expect(JSON.parse(report.stdout)).toMatchObject({
    ...{ name: 'retry', status: 'done', finished_at: expect.any(String) },
    progress: { total: 2, facts: expect.arrayContaining([{ label: 'Ingested', value: 1 }]) },
  });
  expect(await outcomeOf(sandbox, key)).toMatchObject({ outcome: 'ingested' });
  const rows = await database.select().from(unreadableMessages);
  expect(rows).toMatchObject([{ messageId: 'never', attempts: 2, body: 'hello' }]);
  const one = await command('failures', 'retry', '--message', 'never');
  expect(one).toMatchObject({ code: 3, stdout: expect.stringMatching(/^never: unreadable: /) });
});

describe('the dead-letter queue', () => {
  const deadLetters = () => sandbox.config.SQS_DEAD_LETTER_QUEUE_URL;

  test('is listed without hiding anything, and redriven as a whole', async () => {
    const keys = Array.from({ length: 13 }, (_, n) => `dead/${n}/buildhub.json`);
    for (const key of keys) {
      await silent.put(key, sandbox.freshBuild());
      const MessageBody = JSON.stringify(s3Event(silent.bucket, key));
      await sandbox.sqs.send(new SendMessageCommand({ QueueUrl: deadLetters(), MessageBody }));
    }
    const listed = await command('dead-letters', 'list', '--json');
    const letters = listed.stdout.split('\n').map((line) => JSON.parse(line) as object);
    expect(letters.length).toBeGreaterThanOrEqual(10);
    expect(letters[0]).toHaveProperty('message_id');
    expect((await command('dead-letters', 'list')).stdout).toContain('    s3://');
    expect(await queueDepth(sandbox, deadLetters())).toEqual({ visible: 13, inFlight: 0 });

    const all = await command('dead-letters', 'redrive', '--json');
    expect(JSON.parse(all.stdout)).toEqual({ moved: 13 });
    for (const key of keys) expect(await outcomeOf(sandbox, key)).toMatchObject({ outcome: 'ingested' });
    await drained(sandbox);
    expect(await queueDepth(sandbox, deadLetters())).toEqual({ visible: 0, inFlight: 0 });
    expect((await command('dead-letters', 'list')).stdout).toBe('The dead-letter queue is empty.');
  });

  test('without its address there is nothing to list', async () => {
    const env = { ...sandbox.env, SQS_DEAD_LETTER_QUEUE_URL: '' };
    expect(await runHere(['dead-letters', 'list'], env)).toMatchObject({
      code: 78,
      stderr: expect.stringMatching(/SQS_DEAD_LETTER_QUEUE_URL is not set/),
    });
  });
});
