import { gzipSync } from 'node:zlib';
import { isNull, sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { builds } from '../drizzle/tables.ts';
import { readBuilds } from '../schema/published-build.ts';
import { realBuilds } from '../stack/samples/publish.ts';
import { eventually } from './fixture/eventually.ts';
import { forAllTests } from './fixture/for-all-tests.ts';
import { documents, outcomeOf, s3Event, send } from './fixture/messages.ts';
import { createWorkingSandbox } from './fixture/working-sandbox.ts';

const sandbox = forAllTests(() => createWorkingSandbox(99, { S3_MAX_OBJECT_BYTES: '20000' }));

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
    const unindexed = () => sandbox.postgres.database.$count(builds, isNull(builds.indexedAt));
    await eventually('all to be indexed', async () => (await unindexed()) === 0);
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
  ];
  test.each(encodings)('%s is ingested', async (name, encode) => {
    const text = sandbox.freshBuild();
    const key = `encoded/${name}/buildhub.json`;
    await sandbox.put(key, encode(text));
    const row = await outcomeOf(sandbox, key);
    expect(row).toMatchObject({ outcome: 'ingested', buildHashes: readBuilds(text).map(({ hash }) => hash) });
  });

  test('keys with spaces, plus signs, percent signs and other scripts are decoded', async () => {
    const keys = ['a b', 'a+b', 'a%20b', 'Größe/日本'].map((name) => `odd/${name}/buildhub.json`);
    for (const key of keys) {
      const text = sandbox.freshBuild();
      await sandbox.put(key, text);
      expect(await outcomeOf(sandbox, key)).toMatchObject({ outcome: 'ingested' });
    }
  });
});

describe('an object without a build', () => {
  const cases: [string, () => string | Uint8Array, RegExp][] = [
    [
      'an unknown property',
      () => sandbox.freshBuild().replace('"build": {', '"build": {"junk": 1,'),
      /must NOT have additional properties: "junk"/,
    ],
    ['UTF-16', () => Buffer.from(sandbox.freshBuild(), 'utf16le'), /not JSON|cannot be read as text/],
    ['bytes that are no text', () => Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0xd8]), /cannot be read as text/],
    ['a broken gzip', () => gzipSync(sandbox.freshBuild()).subarray(0, 60), /cannot be read as text/],
    ['too large once decompressed', () => gzipSync(`{"build":"${'x'.repeat(30_000)}"}`), /too large/],
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

test('a rewrite of the same key is another row; a rewrite back to the former content is not', async () => {
  const [before, after] = [sandbox.freshBuild(), sandbox.freshBuild()];
  const key = 'rewritten/buildhub.json';
  const contents = [before, after, before];
  for (const [index, content] of contents.entries()) {
    await sandbox.put(key, content);
    await eventually('the next attempt', async () => (await outcomeOf(sandbox, key)).attempts === index + 1);
  }
  expect(await outcomeOf(sandbox, key)).toMatchObject({ outcome: 'unchanged', attempts: 3 });
  const rows = await sandbox.postgres.database.select().from(builds).where(sql`s3_key = ${key}`);
  expect(rows).toHaveLength(2);
});
