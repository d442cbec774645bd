import { describe, expect, test } from 'vitest';
import { realBuilds } from '../stack/samples/publish.ts';
import type { MessageSummary } from '../workflows/ingest-message.ts';
import { eventually } from './fixture/eventually.ts';
import { startFailingProxy } from './fixture/failing-proxy.ts';
import { forAllTests } from './fixture/for-all-tests.ts';
import { drained, outcomeOf, s3Event, send } from './fixture/messages.ts';
import { createSilentBucket } from './fixture/silent-bucket.ts';
import { createWorkingSandbox } from './fixture/working-sandbox.ts';

const s3 = forAllTests(() => startFailingProxy(process.env.AWS_ENDPOINT_URL_S3 ?? ''));
const sandbox = forAllTests(() => createWorkingSandbox(96, { AWS_ENDPOINT_URL_S3: s3.url }));

/** A Firefox release, which has a twin, with other texts in it. */
function release(
  change: (build: Record<'build' | 'download' | 'target', Record<string, unknown>>) => void,
): string {
  const build = JSON.parse(realBuilds().find(({ key }) => key.includes('70.0-candidates'))?.body ?? '');
  change(build);
  return JSON.stringify(build);
}

test.each<[string, string, object]>([
  [
    'is too large: a million control characters',
    '\u0001'.repeat(1_000_000),
    {
      outcome: 'invalid',
      reason: expect.stringMatching(/too large: it has 1000000 bytes.* 262144 bytes.* Publish/),
    },
  ],
  ['is no JSON: as many control characters as are allowed', '\u0001'.repeat(262_144), { outcome: 'invalid' }],
  [
    'is a release of 260 kB that doubles in a payload',
    release(({ build }) => (build.as = '"'.repeat(129_000))),
    { outcome: 'ingested' },
  ],
  [
    'has texts of 3,000 characters of four bytes',
    release(({ target }) =>
      Object.assign(target, { version: '🦊'.repeat(3_000), locale: '🦊'.repeat(3_000) }),
    ),
    { outcome: 'ingested' },
  ],
])('an object near the limits of Temporal that %s', async (name, body, expected) => {
  const key = `${name}/buildhub.json`;
  await sandbox.put(key, body);
  const row = await outcomeOf(sandbox, key);
  expect(row).toMatchObject(expected);
  const handle = sandbox.temporal.workflow.getHandle(row.workflowId);
  await handle.result().catch(() => undefined);
  const { status, typedSearchAttributes, memo } = await handle.describe();
  expect(status.name).toBe(row.outcome === 'ingested' ? 'COMPLETED' : 'FAILED');
  for (const { value } of typedSearchAttributes.getAll())
    if (typeof value === 'string') expect(Buffer.byteLength(value)).toBeLessThanOrEqual(255);
  expect(JSON.stringify(memo).length).toBeLessThan(20_000);
});

describe('a message with many records', () => {
  async function workflowOf(prefix: string) {
    const query = `TaskQueue = '${sandbox.config.TEMPORAL_TASK_QUEUE}' and WorkflowId STARTS_WITH '${prefix}'`;
    const { workflowId } = await eventually(`a workflow ${prefix}`, async () => {
      for await (const run of sandbox.temporal.workflow.list({ query })) return run;
      return undefined;
    });
    return sandbox.temporal.workflow.getHandle(workflowId);
  }

  /** Sends one message about all keys, and returns its workflow. */
  async function ingest(bucket: string, keys: readonly string[]) {
    const Records = keys.flatMap((key) => s3Event(bucket, key, { sequencer: '0A' }).Records);
    const messageId = await send(sandbox, { Records });
    return { messageId, handle: await workflowOf(`ingest:${bucket}/${keys[0]}+`) };
  }

  test('of 60 kB each ingests them all', async () => {
    const { bucket, putAll, objects } = await createSilentBucket(sandbox);
    const keys = Array.from({ length: 60 }, (_, i) => `large/${String(i).padStart(3, '0')}/buildhub.json`);
    const texts = keys.map((key) => ({
      key,
      body: release(({ build, target }) => {
        build.as = key.repeat(2_000);
        target.channel = 'nightly';
      }),
    }));
    await putAll(texts);
    const { messageId, handle } = await ingest(bucket, keys);
    const summary = (await handle.result()) as MessageSummary;
    expect(summary).toMatchObject({ messageId, outcome: 'ingested' });
    expect(summary.objects.length + (summary.more ?? 0)).toBe(60);
    expect((await objects()).map(({ outcome }) => outcome)).toEqual(keys.map(() => 'ingested'));
  });

  test('of which one has to wait deals with the others, and names as many as a memo can hold', async () => {
    const { bucket, putAll, objects } = await createSilentBucket(sandbox);
    const keys = Array.from({ length: 110 }, (_, i) => `many/${String(i).padStart(3, '0')}/buildhub.json`);
    await putAll(keys.slice(0, 3).map((key) => ({ key, body: '{}' })));
    s3.fail(503, /many\/100\/buildhub/);
    const { handle } = await ingest(bucket, keys);
    await eventually('all others to have an outcome', async () => (await objects()).length === 109);
    expect((await handle.describe()).status.name).toBe('RUNNING');
    s3.fail(undefined);
    await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'InvalidBuild' } });
    const outcomes = Map.groupBy(await objects(), ({ outcome }) => outcome);
    expect([outcomes.get('missing')?.length, outcomes.get('invalid')?.length]).toEqual([107, 3]);
    const memo = (await handle.describe()).memo as { summary: MessageSummary };
    expect(memo.summary.outcome).toBe('partly');
    expect(memo.summary.objects.length + (memo.summary.more ?? 0)).toBe(110);
    expect(JSON.stringify(memo).length).toBeLessThan(20_000);
  });

  test('ends when the run of a record is terminated, and names it', async () => {
    const { bucket } = await createSilentBucket(sandbox);
    s3.fail(503, /lost\/1\/buildhub/);
    const { handle } = await ingest(bucket, ['lost/0/buildhub.json', 'lost/1/buildhub.json']);
    const part = await workflowOf(`ingest:${bucket}/lost/1/`);
    await part.terminate('a test');
    await expect(handle.result()).rejects.toMatchObject({
      cause: { type: 'Incomplete', message: expect.stringContaining(part.workflowId) },
    });
    s3.fail(undefined);
  });
});

test('nothing is left in the queue, and the worker still runs', async () => {
  await drained(sandbox);
  expect(sandbox.worker.running).toBe(true);
});
