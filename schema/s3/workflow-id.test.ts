import { describe, expect, it } from 'vitest';
import type { S3ObjectWrite } from './s3-object-write.ts';
import { ingestWorkflowId, retryWorkflowId, unreadableWorkflowId } from './workflow-id.ts';

const KEY = 'pub/firefox/candidates/70.0-candidates/build2/win64/en-US/buildhub.json';
const FULL: S3ObjectWrite = {
  bucket: 'builds',
  key: KEY,
  etag: 'e4eb66',
  size: 5,
  versionId: 'v7',
  sequencer: '0055AED6',
  eventTime: '2019-10-16T21:24:23.000Z',
};

describe('ingestWorkflowId of one object', () => {
  it('can be read by a person', () => {
    expect(ingestWorkflowId([FULL])).toMatch(
      /^ingest:builds\/pub\/.*buildhub\.json@sequencer-0055AED6-[0-9a-f]{8}$/,
    );
    expect(ingestWorkflowId([{ bucket: 'b', key: 'k', sequencer: '0A' }])).toBe('ingest:b/k@sequencer-0A');
  });

  it.each<[string, S3ObjectWrite]>([
    ['version-v7', { bucket: 'b', key: 'k', versionId: 'v7', etag: 'e', eventTime: 't' }],
    [
      'etag-e-2019-10-16T21:24:23Z',
      { bucket: 'b', key: 'k', versionId: 'null', etag: 'e', eventTime: '2019-10-16T21:24:23Z' },
    ],
    ['time-2019-10-16T21:24:23Z', { bucket: 'b', key: 'k', eventTime: '2019-10-16T21:24:23Z' }],
    ['etag-e', { bucket: 'b', key: 'k', etag: 'e' }],
    ['unidentified', { bucket: 'b', key: 'k' }],
  ])('uses the best that identifies the write: %s', (label, write) => {
    expect(ingestWorkflowId([write])).toBe(`ingest:b/k@${label}`);
  });

  it('is the same for a redelivery and a doubled notification, whatever else they say', () => {
    const doubled = { ...FULL, eventName: 'Object Created', eventTime: '2019-10-16T21:24:23Z' };
    expect(ingestWorkflowId([doubled], 'message-2')).toBe(ingestWorkflowId([FULL], 'message-1'));
  });

  it('differs for another content or time with the same sequencer, as emulators of S3 send it', () => {
    const later = { ...FULL, eventTime: '2019-10-16T21:25:00.000Z' };
    expect(ingestWorkflowId([later])).not.toBe(ingestWorkflowId([FULL]));
    expect(ingestWorkflowId([{ ...FULL, etag: 'abc' }])).not.toBe(ingestWorkflowId([FULL]));
  });

  it('differs for the next write, even if the content is a former one', () => {
    expect(ingestWorkflowId([{ ...FULL, sequencer: '0055AED7' }])).not.toBe(ingestWorkflowId([FULL]));
    const bare = { bucket: 'b', key: 'k', etag: 'e' };
    const ids = ['2019-10-16T21:24:23Z', '2019-10-17T21:24:23Z'].map((eventTime) =>
      ingestWorkflowId([{ ...bare, eventTime }]),
    );
    expect(new Set(ids).size).toBe(2);
  });

  it('distinguishes writes by their message if the event cannot', () => {
    const bare = { bucket: 'b', key: 'k', etag: 'e' };
    expect(ingestWorkflowId([bare], 'm1')).toBe('ingest:b/k@etag-e-message-m1');
    expect(ingestWorkflowId([bare], 'm1')).not.toBe(ingestWorkflowId([bare], 'm2'));
  });

  it.each(['x'.repeat(65), 'a/b@c', 'ü', '\0'])(
    'hashes an identity that would blur the id: %j',
    (versionId) => {
      const id = ingestWorkflowId([{ bucket: 'b', key: 'k', versionId }]);
      expect(id).toMatch(/^ingest:b\/k@version-sha256-[0-9a-f]{32}$/);
      expect(id).not.toBe(ingestWorkflowId([{ bucket: 'b', key: 'k', versionId: `${versionId}1` }]));
    },
  );

  it.each(['a', 'é', '€', '😀', 'e\u0301'])('never exceeds 255 bytes: a long key of %s', (character) => {
    const ids = [60, 100, 150, 200, 224, 225, 226, 300, 900].map((length) =>
      ingestWorkflowId([{ ...FULL, key: `pub/${character.repeat(length)}/en-US/buildhub.json` }]),
    );
    expect(ids.filter((id) => Buffer.byteLength(id) > 255 || !id.isWellFormed())).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) {
      expect(id.startsWith(`ingest:builds/pub/${character}`)).toBe(true);
      expect(id).toMatch(/\/en-US\/buildhub\.json@sequencer-0055AED6-[0-9a-f]{8}$/);
    }
  });

  it('makes what cannot be seen visible, and still distinguishes it', () => {
    const [first, second] = ['a\u0001/buildhub.json', 'a\u200b/buildhub.json'].map((key) =>
      ingestWorkflowId([{ ...FULL, key }]),
    );
    expect(first).toMatch(
      /^ingest:builds\/a_\/buildhub\.json\.\.[0-9a-f]{32}\.\.@sequencer-0055AED6-[0-9a-f]{8}$/,
    );
    expect(first).not.toBe(second);
  });
});

describe('ingestWorkflowId of several objects', () => {
  const others = ['k2', 'k3'].map((key) => ({ ...FULL, key: `${key}/buildhub.json` }));

  it('shows one of them and the number of the others, in whatever order they come', () => {
    const id = ingestWorkflowId([...others, FULL]);
    expect(id).toMatch(/^ingest:builds\/k2\/buildhub\.json\+2@[0-9a-f]{32}$/);
    expect(ingestWorkflowId([FULL, ...others])).toBe(id);
  });

  it('depends on each of them', () => {
    const [second, third] = others;
    if (second === undefined || third === undefined) throw new Error('two objects are needed');
    const id = ingestWorkflowId([FULL, second, third]);
    expect(ingestWorkflowId([FULL, second, { ...third, sequencer: '99' }])).not.toBe(id);
    expect(ingestWorkflowId([FULL, second])).not.toBe(id);
  });

  it('refuses a message without any', () => {
    expect(() => ingestWorkflowId([])).toThrow(TypeError);
  });
});

describe('the ids of other workflows', () => {
  it('show the message, or the failure and the attempt', () => {
    expect(unreadableWorkflowId('059f36b4-87a3')).toBe('unreadable:059f36b4-87a3');
    expect(retryWorkflowId(`builds/${KEY}`, 1)).toBe(`retry:builds/${KEY}@attempt-2`);
  });

  it('stay within 255 bytes', () => {
    expect(Buffer.byteLength(unreadableWorkflowId('é'.repeat(500)))).toBeLessThanOrEqual(255);
    expect(Buffer.byteLength(retryWorkflowId(`builds/${'ü'.repeat(512)}`, 1))).toBeLessThanOrEqual(255);
  });
});
