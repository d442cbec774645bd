import { expect, test } from 'vitest';
import { planIngestion } from './start-ingestion.ts';

const record = (key: string, eventName = 'ObjectCreated:Put') => ({
  eventName,
  eventTime: '2026-01-01T00:00:00.000Z',
  s3: { bucket: { name: 'builds' }, object: { key, sequencer: '00A1' } },
});

test('a write becomes an ingestion under an id that a person can read', () => {
  expect(planIngestion('m1', JSON.stringify({ Records: [record('a/buildhub.json')] }))).toMatchObject({
    kind: 'ingestion',
    workflowId: expect.stringMatching(/^ingest:builds\/a\/buildhub\.json@sequencer-00A1-[0-9a-f]{8}$/),
    input: { messageId: 'm1', objects: [{ bucket: 'builds', key: 'a/buildhub.json' }] },
  });
});

test('the id does not depend on the message, so that a redelivery is a duplicate', () => {
  const body = JSON.stringify({ Records: [record('a/buildhub.json')] });
  const [first, second] = [planIngestion('m1', body), planIngestion('m2', body)];
  if (first.kind !== 'ingestion' || second.kind !== 'ingestion') throw new Error('Both are writes');
  expect(first.workflowId).toBe(second.workflowId);
});

test('what is no write starts nothing, and says why', () => {
  const body = JSON.stringify({
    Records: [record('a/buildhub.json', 'ObjectRemoved:Delete'), record('other')],
  });
  expect(planIngestion('m1', body)).toEqual({ kind: 'nothing', ignored: ['removed', 'other-key'] });
});

test('what cannot be read is kept whole, under the id of the message', () => {
  expect(planIngestion('m1', 'hello')).toEqual({
    kind: 'ingestion',
    workflowId: 'unreadable:m1',
    input: { messageId: 'm1', objects: [], unreadableBody: 'hello' },
    ignored: [],
  });
});
