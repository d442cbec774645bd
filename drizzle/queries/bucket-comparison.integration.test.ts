import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { forAllTests } from '../../tests/fixture/for-all-tests.ts';
import { createSandbox } from '../../tests/fixture/sandbox.ts';
import type { Outcome } from '../tables.ts';
import { sampledKeys, unseenObjects } from './bucket-comparison.ts';
import { recordObjects } from './objects.ts';

const bucket = 'a-bucket';
const sandbox = forAllTests(createSandbox);

const object = (key: string, outcome: Outcome = 'ingested') => ({
  ...{ bucket, key, etag: 'seen', outcome },
  ...{ workflowId: `ingest:${key}`, runId: 'run' },
});

test('an object is unseen, changed, or there again although it was missing', async () => {
  const { database } = sandbox.postgres;
  await recordObjects(database, [object('same'), object('other'), object('bad', 'invalid')]);
  await recordObjects(database, [object('back', 'missing')]);
  const listed = ['same', 'other', 'bad', 'back', 'never'].map((key) => ({
    key,
    etag: key === 'other' ? 'new' : 'seen',
  }));
  expect(await unseenObjects(database, bucket, listed)).toEqual([
    { key: 'other', etag: 'new', state: 'changed' },
    { key: 'back', etag: 'seen', state: 'changed' },
    { key: 'never', etag: 'seen', state: 'unseen' },
  ]);
});

test('random keys are of the bucket, each once, and of a large table only some blocks are read', async () => {
  const { database } = sandbox.postgres;
  await recordObjects(
    database,
    Array.from({ length: 30_000 }, (_, number) => object(`many/${String(number).padStart(5, '0')}`)),
  );
  await recordObjects(database, [{ ...object('elsewhere'), bucket: 'another' }]);
  await database.execute(sql`analyze s3_objects`);
  const keys = await sampledKeys(database, bucket, 50, 1);
  expect(new Set(keys).size).toBe(50);
  expect(keys).not.toContain('elsewhere');
  const thousands = new Set(keys.map((key) => key.slice(0, 7)));
  expect(thousands.size).toBeGreaterThan(10);
  expect(await sampledKeys(database, bucket, 50, 1)).toEqual(keys);
  expect(await sampledKeys(database, bucket, 50, 2)).not.toEqual(keys);
});
