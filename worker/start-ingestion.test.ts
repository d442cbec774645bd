import { expect, test } from 'vitest';
import { planIngestion } from './start-ingestion.ts';

const record = (key: string, eventName = 'ObjectCreated:Put') => ({
  eventName,
  eventTime: '2026-01-01T00:00:00.000Z',
  s3: { bucket: { name: 'builds' }, object: { key, sequencer: '00A1' } },
});

test('a write becomes an ingestion under an id that a person can read, the same for a redelivery', () => {
  const body = JSON.stringify({ Records: [record('a/buildhub.json')] });
  const workflowId = expect.stringMatching(/^ingest:builds\/a\/buildhub\.json@sequencer-00A1-[0-9a-f]{8}$/);
  const first = planIngestion('m1', body);
  expect(first).toMatchObject({
    kind: 'ingestion',
    workflowId,
    input: { messageId: 'm1', objects: [{ bucket: 'builds', key: 'a/buildhub.json' }] },
  });
  expect(planIngestion('m2', body)).toMatchObject({
    workflowId: first.kind === 'ingestion' && first.workflowId,
  });
});

test('an event other than a write starts nothing, and says why', () => {
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
