import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { recordObject } from '../drizzle/queries/objects.ts';
import { s3Objects } from '../drizzle/tables.ts';
import { eventually } from './fixture/eventually.ts';
import { forAllTests } from './fixture/for-all-tests.ts';
import { outcomeOf, s3Event, send } from './fixture/messages.ts';
import { createSilentBucket } from './fixture/silent-bucket.ts';
import { createWorkingSandbox } from './fixture/working-sandbox.ts';

const sandbox = forAllTests(() => createWorkingSandbox(97));

const minute = (n: number) => new Date(Date.UTC(2026, 0, 1, 0, n)).toISOString();

/** Records two outcomes of the same object, one after the other, and returns the one that is kept. */
async function keptOf(key: string, first: object, second: object): Promise<string | null | undefined> {
  const { database } = sandbox.postgres;
  const object = { bucket: 'b', key, workflowId: key, outcome: 'invalid' } as const;
  await recordObject(database, { ...object, runId: '1', reason: 'first', ...first });
  await recordObject(database, { ...object, runId: '2', reason: 'second', ...second });
  const [row] = await database.select().from(s3Objects).where(eq(s3Objects.key, key));
  expect(row?.attempts).toBe(2);
  return row?.reason;
}

test.each<[string, object, object, 'first' | 'second']>([
  ['whose event is later', { eventTime: minute(2) }, { eventTime: minute(1) }, 'first'],
  ['whose event is later, in order', { eventTime: minute(1) }, { eventTime: minute(2) }, 'second'],
  [
    'whose sequencer is higher, whatever the times',
    { sequencer: '0F', eventTime: minute(1) },
    { sequencer: '0E', eventTime: minute(2) },
    'first',
  ],
  [
    'whose sequencer is higher once both are equally long',
    { sequencer: '0A01' },
    { sequencer: '0A' },
    'first',
  ],
  ['whose sequencer is higher in any case', { sequencer: '0b' }, { sequencer: '0A' }, 'first'],
  [
    'whose event is later if the sequencers are equal',
    { sequencer: '0A', eventTime: minute(2) },
    { sequencer: '0A', eventTime: minute(1) },
    'first',
  ],
  ['that was read later, without an event', { readAt: minute(2) }, { readAt: minute(1) }, 'first'],
  ['of an event after the object was read', { eventTime: minute(2) }, { readAt: minute(1) }, 'first'],
  ['that was read after the event', { eventTime: minute(1) }, { readAt: minute(2) }, 'second'],
  ['recorded last if nothing orders them', {}, {}, 'second'],
  ['recorded last if an event is from the future', { eventTime: '2999-01-01T00:00:00Z' }, {}, 'second'],
  ['recorded last if a sequencer is not one', { sequencer: 'zz' }, { sequencer: '0A' }, 'second'],
])('of two outcomes of an object, the one is kept %s', async (name, first, second, expected) => {
  expect(await keptOf(`order/${name}`, first, second)).toBe(expected);
});

test('an event that is late does not replace the outcome of a later one; a retry does', async () => {
  const { bucket, put } = await createSilentBucket(sandbox);
  const key = 'late/buildhub.json';
  const ingest = async (attempts: number, sequencer?: string) => {
    await send(sandbox, s3Event(bucket, key, sequencer ? { sequencer } : {}));
    return await eventually(`attempt ${attempts}`, async () => {
      const row = await outcomeOf(sandbox, key);
      return row.attempts === attempts ? row : undefined;
    });
  };
  await put(key, sandbox.freshBuild());
  const ingested = await ingest(1, '0B');
  expect(ingested).toMatchObject({ outcome: 'ingested', eventSequencer: '0B' });
  await put(key, '{}');
  expect(await ingest(2, '0A')).toEqual({ ...ingested, attempts: 2, lastAttemptAt: expect.any(Date) });
  expect(await ingest(3)).toMatchObject({ outcome: 'invalid', eventSequencer: null });
});
