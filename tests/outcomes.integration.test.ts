import { gzipSync } from 'node:zlib';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builds, s3Objects, unreadableMessages } from '../drizzle/tables.ts';
import { generateBuilds } from '../samples/generate-builds.ts';
import { realBuilds } from '../samples/publish.ts';
import { readBuilds } from '../schema/build/published-build.ts';
import type { ManagedProcess } from '../stack/managed-process.ts';
import { startBuildhub } from './fixture/buildhub-process.ts';
import { eventually } from './fixture/eventually.ts';
import { documents, drained, outcomeOf, queueDepth, s3Event, send } from './fixture/messages.ts';
import { createSandbox, type Sandbox } from './fixture/sandbox.ts';

let sandbox: Sandbox;
let worker: ManagedProcess;
beforeAll(async () => {
  sandbox = await createSandbox({ S3_MAX_OBJECT_BYTES: '20000' });
  worker = await startBuildhub(['worker'], sandbox.env);
});
afterAll(async () => {
  await worker.stop();
  await sandbox[Symbol.asyncDispose]();
});

const samples = [...generateBuilds(100, new Date('2026-01-01T00:00:00Z'), 99)].filter(
  ({ body }) => !body.includes('"channel": "release"'),
);
/** A build that no other test uses. */
function freshBuild(): string {
  const sample = samples.pop();
  if (!sample) throw new Error('Out of samples: generate more');
  return sample.body;
}

async function workflowsOf(messageId: string) {
  const { temporal, config } = sandbox;
  const found = [];
  for await (const run of temporal.workflow.list({ query: `TaskQueue = '${config.TEMPORAL_TASK_QUEUE}'` })) {
    const memo = run.memo as { summary?: { messageId?: string } } | undefined;
    if (memo?.summary?.messageId === messageId) found.push(run);
  }
  return found;
}

describe('a build put into the bucket', () => {
  test('is in PostgreSQL and searchable, with the hash of Buildhub2', async () => {
    for (const { key, body } of realBuilds()) await sandbox.put(key, body);
    const rows = await Promise.all(realBuilds().map(({ key }) => outcomeOf(sandbox, key)));
    expect(rows.flatMap(({ buildHashes }) => buildHashes).sort()).toEqual([
      'v1:05d126393410706e52b4af23712038d5',
      'v1:0fb6ab83ce79fbd25768bf634560a028',
      'v1:1301f20f89e294ac3d9829d4a22055b0',
      'v1:465552ab2ea1b5039a086987b70c598c',
      'v1:f290c45eabcf9d886fcf3dc26c9668dc',
    ]);
    await eventually('all to be indexed', async () => {
      const [row] = await sandbox.postgres.database
        .select({ missing: sql<string>`count(*)` })
        .from(builds)
        .where(sql`indexed_at is null`);
      return row?.missing === '0' || undefined;
    });
    const stored = await sandbox.postgres.database
      .select({ id: builds.id, build: builds.build })
      .from(builds);
    const indexed = await documents(sandbox);
    expect([...indexed.keys()].sort()).toEqual(stored.map(({ id }) => String(id)).sort());
    for (const { id, build } of stored) {
      expect(indexed.get(String(id))).toEqual({ id: Number(id), ...(JSON.parse(build) as object) });
    }
  });

  test('shows itself in the list and on the page of the Temporal UI', async () => {
    const body = realBuilds().find(({ key }) => key.includes('70.0-candidates'))?.body ?? '';
    await sandbox.put('ui/buildhub.json', body);
    await outcomeOf(sandbox, 'ui/buildhub.json');
    const query = `TaskQueue = '${sandbox.config.TEMPORAL_TASK_QUEUE}' and WorkflowId STARTS_WITH 'ingest:${sandbox.config.S3_BUCKET}/ui/' and ExecutionStatus = 'Completed'`;
    const run = await eventually('the workflow in the list', async () => {
      for await (const found of sandbox.temporal.workflow.list({ query })) return found;
      return undefined;
    });
    const attributes = Object.fromEntries(
      [...run.typedSearchAttributes.getAll()].map(({ key, value }) => [key.name, value]),
    );
    expect(attributes).toMatchObject({
      Product: 'firefox',
      Version: '70.0',
      Channel: 'release',
      Platform: 'win64',
      Locale: 'en-US',
      MozBuildId: '20191016161957',
      Outcome: 'unchanged',
    });
    expect(run.memo).toMatchObject({ summary: { outcome: 'unchanged' } });
  });
});

describe('an object that is read in another way', () => {
  const encodings: [string, (text: string) => Uint8Array][] = [
    ['gzip', (text) => gzipSync(text)],
    ['a byte order mark', (text) => Buffer.from(`\ufeff${text}`)],
    ['UTF-16', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ];
  test.each(encodings)('%s is ingested', async (name, encode) => {
    const text = freshBuild();
    const key = `encoded/${name}/buildhub.json`;
    await sandbox.put(key, encode(text));
    const row = await outcomeOf(sandbox, key);
    expect(row).toMatchObject({ outcome: 'ingested', buildHashes: readBuilds(text).map(({ hash }) => hash) });
  });

  test('keys with spaces, plus signs, percent signs and other scripts are decoded', async () => {
    const keys = ['a b', 'a+b', 'a%20b', 'Größe/日本'].map((name) => `odd/${name}/buildhub.json`);
    for (const key of keys) {
      const text = freshBuild();
      await sandbox.put(key, text);
      expect(await outcomeOf(sandbox, key)).toMatchObject({ outcome: 'ingested' });
    }
  });
});

describe('an object without a build', () => {
  const cases: [string, () => string | Uint8Array, RegExp][] = [
    ['not JSON', () => '{"build": ', /Expecting value: line 1 column 11 \(char 10\)/],
    ['a list', () => '[]', /\(root\).*is not of type 'object'/],
    ['no target', () => freshBuild().replace('"target": {', '"other": {'), /'target' is a required property/],
    [
      'an unknown property',
      () => freshBuild().replace('"build": {', '"build": {"junk": 1,'),
      /'junk' was unexpected/,
    ],
    [
      'another os',
      () => freshBuild().replace(/"os": "\w+"/, '"os": "ios"'),
      /target\.os.*'ios' is not one of/,
    ],
    ['a text for a number', () => freshBuild().replace(/"size": \d+/, '"size": "1"'), /download\.size/],
    [
      'a size beyond 64 bits',
      () => freshBuild().replace(/"size": \d+/, `"size": ${2n ** 70n}`),
      /download\.size/,
    ],
    ['a date that is none', () => freshBuild().replace(/"date": "[^"]+"/, '"date": "not a date"'), /date/],
    ['a NUL', () => freshBuild().replace('"locale": "', '"locale": "\\u0000'), /target\.locale/],
    ['a lone surrogate', () => freshBuild().replace('"locale": "', '"locale": "\\ud800'), /target\.locale/],
    ['bytes that are no text', () => Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0xd8]), /cannot be read as text/],
    ['a broken gzip', () => gzipSync(freshBuild()).subarray(0, 60), /cannot be read as text/],
    ['too large', () => `{"build":"${'x'.repeat(30_000)}"}`, /too large.*20000 bytes/],
    ['too large once decompressed', () => gzipSync(`{"build":"${'x'.repeat(30_000)}"}`), /too large/],
    ['nothing at all', () => '', /Expecting value: line 1 column 1 \(char 0\)/],
  ];
  test.each(cases)(
    '%s is invalid, with the reason, and its workflow has failed',
    async (name, body, reason) => {
      const key = `invalid/${name}/buildhub.json`;
      await sandbox.put(key, body());
      const row = await outcomeOf(sandbox, key);
      expect(row.outcome).toBe('invalid');
      expect(row.reason).toMatch(reason);
      const handle = sandbox.temporal.workflow.getHandle(row.workflowId);
      await expect(handle.result()).rejects.toMatchObject({
        cause: { type: 'InvalidBuild', message: expect.stringMatching(reason) },
      });
      expect((await handle.describe()).status.name).toBe('FAILED');
    },
  );

  test('that is not there is missing, and its workflow has completed', async () => {
    const { S3_BUCKET: bucket } = sandbox.config;
    await send(sandbox, s3Event(bucket, 'gone/buildhub.json', { eTag: 'abc' }));
    const row = await outcomeOf(sandbox, 'gone/buildhub.json');
    expect(row).toMatchObject({
      outcome: 'missing',
      reason: 'The bucket has no object of this key.',
    });
    await sandbox.temporal.workflow.getHandle(row.workflowId).result();
  });

  test('in a bucket that does not exist is missing too', async () => {
    await send(sandbox, s3Event('no-such-bucket', 'nowhere/buildhub.json'));
    expect(await outcomeOf(sandbox, 'nowhere/buildhub.json')).toMatchObject({
      outcome: 'missing',
      reason: 'There is no bucket no-such-bucket.',
    });
  });
});

describe('a message', () => {
  test('of each readable shape is ingested', async () => {
    const { S3_BUCKET: bucket } = sandbox.config;
    const shapes: Record<string, (key: string) => unknown> = {
      direct: (key) => s3Event(bucket, key),
      sns: (key) => ({ Type: 'Notification', Message: JSON.stringify(s3Event(bucket, key)) }),
      minimal: (key) => ({ Records: [{ s3: { bucket: { name: bucket }, object: { key } } }] }),
      eventbridge: (key) => ({
        version: '0',
        source: 'aws.s3',
        'detail-type': 'Object Created',
        time: '2026-01-01T00:00:00Z',
        detail: { bucket: { name: bucket }, object: { key, etag: 'abc', sequencer: '00A1' } },
      }),
    };
    for (const [shape, message] of Object.entries(shapes)) {
      const key = `shapes/${shape}.buildhub.json`;
      await sandbox.put(key, freshBuild());
      const { attempts } = await outcomeOf(sandbox, key);
      await send(sandbox, message(key));
      const row = await eventually(`the ${shape} message to be ingested`, async () => {
        const now = await outcomeOf(sandbox, key);
        return now.attempts > attempts ? now : undefined;
      });
      expect(row).toMatchObject({ outcome: 'unchanged', attempts: attempts + 1 });
    }
  });

  test('that tells of nothing to ingest is deleted and starts nothing', async () => {
    const { S3_BUCKET: bucket } = sandbox.config;
    const removed = s3Event(bucket, 'ignored/buildhub.json');
    for (const record of removed.Records) record.eventName = 'ObjectRemoved:Delete';
    const messages = [
      { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: bucket },
      { Message: JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent' }) },
      removed,
      s3Event(bucket, 'ignored/not/a/buildhub.json/file'),
      { Records: [{ s3: {} }, { eventSource: 'aws:sns' }] },
      { Records: [] },
    ];
    for (const message of messages) await send(sandbox, message);
    await drained(sandbox);
    const rows = await sandbox.postgres.database.select().from(s3Objects).where(sql`key like 'ignored/%'`);
    expect(rows).toEqual([]);
  });

  test.each([
    ['no JSON', 'hello'],
    ['an empty object', '{}'],
    ['a list', '[1]'],
    ['a Message that is no text', '{"Message": 7}'],
    ['a Message that is no JSON', '{"Message": "hello"}'],
    ['Records that are null', '{"Records": null}'],
    ['a record that is null', '{"Records": [null]}'],
    ['a record without an object', '{"Records": [{"s3": {"bucket": {"name": "b"}}}]}'],
  ])('that is %s becomes a failed workflow that shows the body, and a row', async (_, body) => {
    const messageId = await send(sandbox, body);
    const row = await eventually(
      'the message to be set apart',
      async () =>
        (
          await sandbox.postgres.database
            .select()
            .from(unreadableMessages)
            .where(sql`message_id = ${messageId}`)
        )[0],
    );
    expect(row).toMatchObject({ body, workflowId: `unreadable:${messageId}` });
    const handle = sandbox.temporal.workflow.getHandle(row.workflowId);
    await expect(handle.result()).rejects.toMatchObject({
      cause: { type: 'UnreadableMessage', message: expect.stringContaining(body) },
    });
  });

  test('with several objects ingests each, and says `partly` where they fare differently', async () => {
    const { S3_BUCKET: bucket } = sandbox.config;
    await sandbox.put('several/one.buildhub.json', freshBuild());
    await outcomeOf(sandbox, 'several/one.buildhub.json');
    const records = [
      ...s3Event(bucket, 'several/one.buildhub.json').Records,
      ...s3Event(bucket, 'several/none.buildhub.json').Records,
      null,
    ];
    const messageId = await send(sandbox, { Records: records });
    const [run] = await eventually('the workflow', async () => {
      const runs = await workflowsOf(messageId);
      return runs.length > 0 ? runs : undefined;
    });
    const memo = run?.memo as { summary: { outcome: string; objects: { outcome: string }[] } };
    expect(memo.summary.outcome).toBe('partly');
    expect(memo.summary.objects.map(({ outcome }) => outcome)).toEqual(['unchanged', 'missing']);
    expect(run?.status.name).toBe('FAILED');
  });

  test('that comes twice is ingested once', async () => {
    const { S3_BUCKET: bucket } = sandbox.config;
    await sandbox.put('twice/buildhub.json', freshBuild());
    const first = await outcomeOf(sandbox, 'twice/buildhub.json');
    const event = s3Event(bucket, 'twice/buildhub.json', { sequencer: '00B2', eTag: 'abc' });
    await send(sandbox, event);
    await send(sandbox, event);
    await drained(sandbox);
    const id = `ingest:${bucket}/twice/buildhub.json@sequencer-00B2`;
    await sandbox.temporal.workflow.getHandle(id).result();
    await send(sandbox, event);
    await drained(sandbox);
    const row = await outcomeOf(sandbox, 'twice/buildhub.json');
    expect(row).toMatchObject({ outcome: 'unchanged', attempts: first.attempts + 1, workflowId: id });
  });
});

test('a rewrite of the same key is another row; a rewrite back to the former content is not', async () => {
  const [before, after] = [freshBuild(), freshBuild()];
  const key = 'rewritten/buildhub.json';
  const contents = [before, after, before];
  for (const [index, content] of contents.entries()) {
    await sandbox.put(key, content);
    await eventually('the next attempt', async () =>
      (await outcomeOf(sandbox, key)).attempts === index + 1 ? true : undefined,
    );
  }
  expect(await outcomeOf(sandbox, key)).toMatchObject({ outcome: 'unchanged', attempts: 3 });
  const rows = await sandbox.postgres.database.select().from(builds).where(sql`s3_key = ${key}`);
  expect(rows).toHaveLength(2);
});

test('nothing is left in the queue or the dead-letter queue, and the worker still runs', async () => {
  await drained(sandbox);
  const dead = await queueDepth(sandbox, sandbox.config.SQS_DEAD_LETTER_QUEUE_URL);
  expect(dead).toEqual({ visible: 0, inHand: 0 });
  expect(worker.running).toBe(true);
});
