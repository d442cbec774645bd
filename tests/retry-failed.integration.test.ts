import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordObjects } from '../drizzle/queries/record-object.ts';
import { recordUnreadableMessage } from '../drizzle/queries/record-unreadable-message.ts';
import { s3Objects, unreadableMessages } from '../drizzle/tables.ts';
import { generateBuilds } from '../samples/generate-builds.ts';
import { readBuilds } from '../schema/build/published-build.ts';
import type { ManagedProcess } from '../stack/managed-process.ts';
import { startRetryFailed } from '../temporal/start-retry-failed.ts';
import type { RetryFailedInput } from '../workflows/retry-failed.ts';
import { startBuildhub } from './fixture/buildhub-process.ts';
import { eventually } from './fixture/eventually.ts';
import { documents, drained, outcomeOf, queueDepth, s3Event, send } from './fixture/messages.ts';
import { runBuildhub } from './fixture/run-buildhub.ts';
import { createSandbox, type Sandbox } from './fixture/sandbox.ts';
import { createSilentBucket, type SilentBucket } from './fixture/silent-bucket.ts';

let sandbox: Sandbox;
let worker: ManagedProcess;
let silent: SilentBucket;
const samples = [...generateBuilds(400, new Date('2026-01-01T00:00:00Z'), 77)].filter(
  ({ body }) => !body.includes('"channel": "release"'),
);

beforeAll(async () => {
  sandbox = await createSandbox();
  worker = await startBuildhub(['worker'], sandbox.env);
});
afterAll(async () => {
  await worker?.stop();
  await sandbox[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await sandbox.postgres.database.delete(s3Objects);
  await sandbox.postgres.database.delete(unreadableMessages);
  silent = await createSilentBucket(sandbox);
});

function freshBuild(): string {
  const sample = samples.pop();
  if (!sample) throw new Error('Out of samples: generate more');
  return sample.body;
}

/** Puts an object that fails when it is ingested, and waits until it has. */
async function putBroken(key: string, body = '{"build": {}}') {
  await silent.put(key, body);
  await send(sandbox, s3Event(silent.bucket, key, { sequencer: '0A', eTag: 'x' }));
  const row = await outcomeOf(sandbox, key);
  expect(row).toMatchObject({ outcome: 'invalid', attempts: 1 });
  return row;
}

async function command(...args: string[]) {
  return await runBuildhub(args, sandbox.env);
}

async function retry(input: RetryFailedInput) {
  const handle = await startRetryFailed(
    sandbox.temporal,
    sandbox.config.TEMPORAL_TASK_QUEUE,
    input,
    'a test',
  );
  return await handle.result();
}

describe('an object that has failed', () => {
  test('is listed by its reason, shown, mended, retried and gone, though Temporal has forgotten its run', async () => {
    const key = 'pub/firefox/broken/buildhub.json';
    const { workflowId, runId } = await putBroken(key, freshBuild().replace(/"os": "\w+"/, '"os": "ios"'));
    await putBroken('pub/firefox/other/buildhub.json', '[]');
    const groups = await command('failures', 'list', '--json');
    expect(groups.stdout.split('\n').map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({
        outcome: 'invalid',
        count: 1,
        example: "(root): [] is not of type 'object'",
      }),
      expect.objectContaining({ outcome: 'invalid', count: 1, example: expect.stringContaining('ios') }),
    ]);
    const listed = await command('failures', 'list', '--objects', '--reason', 'IOS');
    expect(listed.stdout).toContain(`s3://${silent.bucket}/${key}`);
    expect(listed.stdout).not.toContain('other');
    const shown = await command('failures', 'show', key, '--bucket', silent.bucket);
    expect(shown.stdout).toMatch(/'ios' is not one of/);
    expect(shown.stdout).toContain(encodeURIComponent(workflowId));

    await sandbox.temporal.workflowService.deleteWorkflowExecution({
      namespace: sandbox.config.TEMPORAL_NAMESPACE,
      workflowExecution: { workflowId, runId },
    });
    const still = await command('failures', 'retry', key, '--bucket', silent.bucket);
    expect(still).toMatchObject({
      code: 3,
      stdout: expect.stringMatching(/: invalid: .*'ios' is not one of/),
    });
    const body = freshBuild();
    await silent.put(key, body);
    const mended = await command('failures', 'retry', key, '--bucket', silent.bucket, '--json');
    expect(mended.code).toBe(0);
    expect(JSON.parse(mended.stdout)).toMatchObject({
      outcome: 'ingested',
      workflowId: `retry:${silent.bucket}/${key}@attempt-3`,
    });
    const row = await outcomeOf(sandbox, key);
    expect(row).toMatchObject({ outcome: 'ingested', attempts: 3, reason: null });
    expect(row.buildHashes).toEqual(readBuilds(body).map(({ hash }) => hash));
    const gone = await command('failures', 'list', '--objects');
    expect(gone.stdout).not.toContain(key);
    expect(gone.stdout).toContain('pub/firefox/other/buildhub.json');
  });

  test('a command that does not say what to retry, or names what is not known, says so', async () => {
    expect(await command('failures', 'retry')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/say what to retry/),
    });
    expect(await command('failures', 'show', 'no/such/buildhub.json')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Nothing is known of object s3:/),
    });
    expect(await command('failures', 'list', '--since', 'yesterday')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/It must be a date/),
    });
  });
});

describe('a retry of many', () => {
  test('is of a selection: by reason, outcome and prefix; what was mended is ingested, the rest is told', async () => {
    const bodies = ['a', 'b', 'c'].map((name) => [`mended/${name}/buildhub.json`, freshBuild()] as const);
    for (const [key] of bodies) await putBroken(key, '[]');
    await putBroken('mended/d/buildhub.json', '[]');
    await putBroken('elsewhere/buildhub.json', '[]');
    await putBroken('mended/e/buildhub.json', '{"build": {}}');
    for (const [key, body] of bodies) await silent.put(key, body);
    const report = await command(
      'failures',
      'retry',
      '--prefix',
      'mended/',
      '--reason',
      "type 'object'",
      '--json',
    );
    expect(report, report.stderr).toMatchObject({ code: 3 });
    expect(JSON.parse(report.stdout)).toMatchObject({
      phase: 'done',
      total: 4,
      open: 0,
      outcomes: { ingested: 3, invalid: 1 },
      stillFailing: [
        { workflowId: `retry:${silent.bucket}/mended/d/buildhub.json@attempt-2`, reason: /type 'object'/ },
      ].map(({ workflowId }) => ({ workflowId, reason: expect.stringMatching(/is not of type 'object'/) })),
    });
    const attempts = Object.fromEntries((await silent.objects()).map((row) => [row.key, row.attempts]));
    expect(attempts).toEqual({
      'elsewhere/buildhub.json': 1,
      'mended/a/buildhub.json': 2,
      'mended/b/buildhub.json': 2,
      'mended/c/buildhub.json': 2,
      'mended/d/buildhub.json': 2,
      'mended/e/buildhub.json': 1,
    });
  });

  test('pages through more than fit into one, each once, no faster than it may', async () => {
    const outcomes = Array.from({ length: 230 }, (_, n) => ({
      bucket: silent.bucket,
      key: `gone/${String(n).padStart(3, '0')}/buildhub.json`,
      outcome: 'missing' as const,
      reason: 'gone',
      workflowId: 'w',
      runId: 'r',
    }));
    await recordObjects(sandbox.postgres.database, outcomes);
    const came = freshBuild();
    await silent.put('gone/117/buildhub.json', came);
    const began = Date.now();
    const report = await retry({ selection: { objects: { outcomes: ['missing'] } }, perSecond: 50 });
    expect(230 / ((Date.now() - began) / 1_000)).toBeLessThanOrEqual(50);
    expect(report).toMatchObject({ phase: 'done', total: 230, outcomes: { missing: 229, ingested: 1 } });
    expect(report.stillFailing).toHaveLength(10);
    const rows = await silent.objects();
    expect(rows.every(({ attempts }) => attempts === 2)).toBe(true);
    expect(rows.filter(({ outcome }) => outcome === 'ingested').map(({ key }) => key)).toEqual([
      'gone/117/buildhub.json',
    ]);
  });

  /** Records objects that are not there. */
  async function missing(count: number): Promise<void> {
    const outcomes = Array.from({ length: count }, (_, n) => ({
      bucket: silent.bucket,
      key: `away/${n}/buildhub.json`,
      outcome: 'missing' as const,
      reason: 'gone',
      workflowId: 'w',
      runId: 'r',
    }));
    await recordObjects(sandbox.postgres.database, outcomes);
  }

  test('can be paused, limited, resumed, watched and cancelled from the command line', async () => {
    await missing(60);
    const failuresRetry = async (...args: string[]) => {
      const { code, stdout, stderr } = await command('failures', 'retry', ...args);
      expect(code, stderr).toBe(0);
      return stdout;
    };
    const id = await failuresRetry('--all', '--rate', '5', '--detach');
    const retried = async () => (await silent.objects()).filter(({ attempts }) => attempts > 1).length;
    await eventually('some retries', async () => ((await retried()) >= 3 ? true : undefined));
    expect(await failuresRetry('pause')).toContain(`${id}: pausing`);
    const status = async () => JSON.parse(await failuresRetry('status', '--json')) as { progress: object };
    const paused = await eventually('the pause', async () => {
      const state = await status();
      return 'open' in state.progress && state.progress.open === 0 ? state : undefined;
    });
    expect(paused).toMatchObject({
      workflowId: id,
      status: 'RUNNING',
      progress: { phase: 'paused', total: 60, retriesPerSecond: 5 },
    });
    const shown = await failuresRetry('status');
    expect(shown).toMatch(/^retry-failed@.*Z: \d+ missing, in /);
    expect(shown).toMatch(/paused: \d+ of 60 retried, 0 open, at most 5\/s$/);
    const before = await retried();
    expect(await failuresRetry('limit', '0.01', id)).toBe(`${id}: at most 0.01 per second from now on`);
    expect(await failuresRetry('resume', id)).toBe(`${id}: going on`);
    // One may begin at once; the next would have to wait for a hundred seconds, had the limit not been lifted.
    await eventually('another one', async () => ((await retried()) > before ? true : undefined));
    expect(await failuresRetry('limit', 'none')).toBe(`${id}: no limit any more`);
    const watched = await command('failures', 'retry', 'status', '--watch');
    expect(watched).toMatchObject({ code: 3, stderr: expect.stringContaining('done: 60 of 60 retried') });
    expect(watched.stdout).toContain(`${id}: 60 missing, in`);
    expect(await command('failures', 'retry', 'pause')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('No retry of failures is running'),
    });
    expect(await command('failures', 'retry', 'cancel', id)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('has ended already'),
    });
  }, 120_000);

  test('is cancelled from the command line, which says so by its exit code', async () => {
    await missing(30);
    const { stdout: id } = await command('failures', 'retry', '--all', '--rate', '0.5', '--detach');
    expect(await command('failures', 'retry', 'cancel')).toMatchObject({ code: 0 });
    const watched = await command('failures', 'retry', 'status', id, '--watch', '--json');
    expect(watched.code).toBe(4);
    expect(JSON.parse(watched.stdout)).toMatchObject({ workflowId: id, phase: 'cancelled', total: 30 });
  });

  test('can be paused, resumed and cancelled; what was begun goes on by itself', async () => {
    await missing(60);
    const handle = await startRetryFailed(
      sandbox.temporal,
      sandbox.config.TEMPORAL_TASK_QUEUE,
      { selection: { objects: {} }, perSecond: 10 },
      'a test',
    );
    const retried = async () => (await silent.objects()).filter(({ attempts }) => attempts > 1).length;
    await eventually('some retries', async () => ((await retried()) >= 5 ? true : undefined));
    await handle.signal('pause');
    await eventually('the pause', async () => {
      const { phase, open } = await handle.query<{ phase: string; open: number }>('progress');
      return phase === 'paused' && open === 0 ? true : undefined;
    });
    const paused = await retried();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await retried()).toBe(paused);
    await handle.signal('resume');
    await eventually('more retries', async () => ((await retried()) > paused + 3 ? true : undefined));
    await handle.cancel();
    const report = await handle.result();
    expect(report).toMatchObject({ phase: 'cancelled', total: 60 });
    expect(await retried()).toBeLessThan(60);
  });
});

test('an unreadable message that can be read by now is ingested, and another stays', async () => {
  const key = 'told/buildhub.json';
  await silent.put(key, freshBuild());
  const kept = { reason: 'could not be read by a former version', workflowId: 'w', runId: 'r' };
  const { database } = sandbox.postgres;
  await recordUnreadableMessage(database, {
    messageId: 'readable-now',
    body: JSON.stringify(s3Event(silent.bucket, key)),
    ...kept,
  });
  await recordUnreadableMessage(database, { messageId: 'never', body: 'hello', ...kept });
  const listed = await command('failures', 'list', '--messages');
  expect(listed.stdout).toMatch(/readable-now +could not be read by a former version/);
  expect((await command('failures', 'show', '--message', 'never')).stdout).toMatch(/body +hello/);
  const report = await command('failures', 'retry', '--messages', '--json');
  expect(report, report.stderr).toMatchObject({ code: 3 });
  expect(JSON.parse(report.stdout)).toMatchObject({ total: 2, outcomes: { ingested: 1, unreadable: 1 } });
  expect(await outcomeOf(sandbox, key)).toMatchObject({ outcome: 'ingested' });
  const rows = await database.select().from(unreadableMessages);
  expect(rows).toMatchObject([{ messageId: 'never', attempts: 2, body: 'hello' }]);
  const one = await command('failures', 'retry', '--message', 'never');
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

  test('is looked into and left as it is; what is sent back is ingested', async () => {
    const keys = Array.from({ length: 13 }, (_, n) => `dead/${String(n).padStart(2, '0')}/buildhub.json`);
    const ids: string[] = [];
    for (const key of keys) {
      await silent.put(key, freshBuild());
      ids.push(await bury(s3Event(silent.bucket, key)));
    }
    for (let look = 0; look < 2; look++) {
      const listed = await command('dead-letters', 'list', '--json');
      const letters = listed.stdout.split('\n').map((line) => JSON.parse(line) as { messageId: string });
      expect(letters.map(({ messageId }) => messageId).sort()).toEqual([...ids].sort());
    }
    expect(await queueDepth(sandbox, deadLetters())).toEqual({ visible: 13, inHand: 0 });
    expect((await silent.objects()).length).toBe(0);

    const [first = ''] = ids;
    const one = await command('dead-letters', 'send-back', first, '--json');
    expect(JSON.parse(one.stdout)).toMatchObject({ sent: 1 });
    expect(await outcomeOf(sandbox, keys[0] ?? '')).toMatchObject({ outcome: 'ingested' });
    expect(await queueDepth(sandbox, deadLetters())).toEqual({ visible: 12, inHand: 0 });

    const all = await command('dead-letters', 'send-back', '--all', '--json');
    expect(JSON.parse(all.stdout)).toEqual({ sent: 12, left: 0 });
    for (const key of keys) expect(await outcomeOf(sandbox, key)).toMatchObject({ outcome: 'ingested' });
    await drained(sandbox);
    expect(await queueDepth(sandbox, deadLetters())).toEqual({ visible: 0, inHand: 0 });
    expect((await command('dead-letters', 'list')).stdout).toBe('The dead-letter queue is empty.');
    const indexed = [...(await documents(sandbox)).values()].length;
    expect(indexed).toBeGreaterThanOrEqual(13);
  });

  test('a message that is not there, or no message named, is an error', async () => {
    expect(await command('dead-letters', 'send-back', 'no-such-id')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/1 of the messages named were not found/),
    });
    expect(await command('dead-letters', 'send-back')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/name messages, or take --all/),
    });
    const { SQS_DEAD_LETTER_QUEUE_URL: _, ...env } = sandbox.env;
    const unset = await runBuildhub(['dead-letters', 'list'], { ...env, SQS_DEAD_LETTER_QUEUE_URL: '' });
    expect(unset).toMatchObject({
      code: 78,
      stderr: expect.stringMatching(/SQS_DEAD_LETTER_QUEUE_URL is not set/),
    });
  });
});
