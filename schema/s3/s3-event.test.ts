import { describe, expect, it } from 'vitest';
import { EVENT_BRIDGE, RECORD, record, TEST_EVENT, WRITE } from './example-events.ts';
import { readS3Event } from './s3-event.ts';

function read(body: unknown) {
  return readS3Event(JSON.stringify(body));
}

function inSns(message: unknown) {
  return read({ Type: 'Notification', Message: JSON.stringify(message) });
}

describe('the shapes of a message', () => {
  it('reads an S3 notification, bare and in an SNS envelope', () => {
    expect(read({ Records: [RECORD] })).toEqual({ objects: [WRITE], ignored: [] });
    expect(inSns({ Records: [RECORD] })).toEqual({ objects: [WRITE], ignored: [] });
  });

  it('lets Message win over Records', () => {
    const body = { Records: [null], Message: JSON.stringify({ Records: [RECORD] }) };
    expect(read(body).objects).toEqual([WRITE]);
  });

  it('reads an EventBridge event, whose key is not encoded, bare and in an SNS envelope', () => {
    const write = {
      bucket: 'builds',
      key: 'a+b %20/buildhub.json',
      etag: 'b1946ac9',
      size: 5,
      versionId: 'v8',
      sequencer: '00617F',
      eventTime: '2019-10-16T21:24:23Z',
      eventName: 'Object Created',
    };
    expect(read(EVENT_BRIDGE)).toEqual({ objects: [write], ignored: [] });
    expect(inSns(EVENT_BRIDGE)).toEqual({ objects: [write], ignored: [] });
  });

  it('leaves test events alone, bare and in an SNS envelope', () => {
    const ignored = [{ reason: 'test-event', eventName: 's3:TestEvent' }];
    expect(read(TEST_EVENT)).toEqual({ objects: [], ignored });
    expect(inSns(TEST_EVENT)).toEqual({ objects: [], ignored });
  });

  it('takes an empty list of records for what it is', () => {
    expect(read({ Records: [] })).toEqual({ objects: [], ignored: [] });
  });

  it('needs nothing but bucket and key', () => {
    expect(read({ Records: [{ s3: { bucket: { name: 'b' }, object: { key: 'buildhub.json' } } }] })).toEqual({
      objects: [{ bucket: 'b', key: 'buildhub.json' }],
      ignored: [],
    });
    const nulls = { key: 'buildhub.json', eTag: null, size: null, versionId: null, sequencer: '' };
    expect(read({ Records: [record(nulls, { eventName: null, eventTime: null })] }).objects).toEqual([
      { bucket: 'b', key: 'buildhub.json' },
    ]);
  });

  it.each([{ eTag: 5 }, { size: '5' }, { size: -1 }, { size: 1.5 }, { sequencer: [] }, { versionId: {} }])(
    'takes a write although it has %j, as Buildhub2 never looked at that',
    (member) => {
      const odd = record({ key: 'buildhub.json', ...member }, { eventName: 7, eventTime: 1 });
      expect(read({ Records: [odd] })).toEqual({
        objects: [{ bucket: 'b', key: 'buildhub.json' }],
        ignored: [],
      });
    },
  );
});

describe('which records count', () => {
  it.each([
    ['ObjectCreated:Put', undefined],
    ['ObjectCreated:CompleteMultipartUpload', undefined],
    ['s3:ObjectCreated:Copy', undefined],
    ['ObjectCreated', undefined],
    ['s3:ObjectCreated', undefined],
    ['Backfill', undefined],
    ['ObjectRemovedNot:Delete', undefined],
    ['ObjectRemoved:Delete', 'removed'],
    ['s3:ObjectRemoved:DeleteMarkerCreated', 'removed'],
    ['LifecycleExpiration:Delete', 'removed'],
    ['s3:LifecycleExpiration:DeleteMarkerCreated', 'removed'],
    ['s3:LifecycleTransition', 'other-event'],
    ['IntelligentTiering', 'other-event'],
    ['ObjectRestore:Completed', 'other-event'],
    ['ObjectTagging:Put', 'other-event'],
    ['s3:ObjectAcl:Put', 'other-event'],
    ['s3:Replication:OperationMissedThreshold', 'other-event'],
    ['ReducedRedundancyLostObject', 'other-event'],
    ['TestEvent', 'test-event'],
    ['s3:TestEvent', 'test-event'],
  ])('%s', (eventName, reason) => {
    const event = read({ Records: [record({ key: 'x/buildhub.json' }, { eventName })] });
    if (reason === undefined)
      expect(event).toMatchObject({ objects: [{ key: 'x/buildhub.json' }], ignored: [] });
    else
      expect(event).toEqual({
        objects: [],
        ignored: [{ reason, eventName, bucket: 'b', key: 'x/buildhub.json' }],
      });
  });

  it.each([
    ['Object Deleted', 'removed'],
    ['Object Tags Added', 'other-event'],
  ])('EventBridge %s', (eventName, reason) => {
    expect(read({ ...EVENT_BRIDGE, 'detail-type': eventName })).toEqual({
      objects: [],
      ignored: [{ reason, eventName }],
    });
  });

  it('leaves events of other services alone', () => {
    expect(read({ ...EVENT_BRIDGE, source: 'aws.ec2' }).ignored).toEqual([{ reason: 'not-s3' }]);
  });

  it.each([{}, { s3: null }, { s3: {} }, { s3: [] }, { s3: '' }, { s3: 0 }, { s3: false }, { ses: {} }])(
    'leaves a record without s3 alone: %j',
    (other) => {
      expect(read({ Records: [other, RECORD] })).toEqual({
        objects: [WRITE],
        ignored: [{ reason: 'not-s3' }],
      });
    },
  );

  it.each([
    'buildhub.json',
    'x/target.buildhub.json',
    'x/firefox-72.0a1.en-US.linux-x86_64.buildhub.json',
    'firefox-99-buildhub.json',
    'x/xbuildhub.json',
    '/buildhub.json',
  ])('takes the key %s', (key) => {
    expect(read({ Records: [record({ key })] }).objects).toMatchObject([{ key }]);
  });

  it.each([
    'not/a/buildhub.json/file',
    'x/buildhub.json/',
    'x/Buildhub.json',
    'buildhub.json.gz',
    'x/buildhub_json',
  ])('leaves the key %s alone', (key) => {
    expect(read({ Records: [record({ key })] })).toEqual({
      objects: [],
      ignored: [{ reason: 'other-key', bucket: 'b', key, eventName: 'ObjectCreated:Put' }],
    });
  });

  it('counts a write once that one message reports twice', () => {
    expect(read({ Records: [RECORD, RECORD] }).objects).toEqual([WRITE]);
    const next = structuredClone(RECORD);
    next.s3.object.sequencer = '0055AED6DCD90281E6';
    expect(read({ Records: [RECORD, next, RECORD] }).objects).toHaveLength(2);
  });
});
