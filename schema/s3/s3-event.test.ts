import { describe, expect, it } from 'vitest';
import { readS3Event } from './s3-event.ts';
import { UnreadableMessageError } from './unreadable-message-error.ts';

const KEY = 'pub/firefox/candidates/70.0-candidates/build2/win64/en-US/buildhub.json';
const RECORD = {
  eventVersion: '2.1',
  eventSource: 'aws:s3',
  awsRegion: 'us-east-1',
  eventTime: '2019-10-16T21:24:23.000Z',
  eventName: 'ObjectCreated:Put',
  s3: {
    bucket: { name: 'builds', arn: 'arn:aws:s3:::builds' },
    object: { key: KEY, size: 1075, eTag: '"e4eb66"', versionId: 'v7', sequencer: '0055AED6DCD90281E5' },
  },
};
const WRITE = {
  bucket: 'builds',
  key: KEY,
  etag: 'e4eb66',
  size: 1075,
  versionId: 'v7',
  sequencer: '0055AED6DCD90281E5',
  eventTime: '2019-10-16T21:24:23.000Z',
  eventName: 'ObjectCreated:Put',
};
const TEST_EVENT = {
  Service: 'Amazon S3',
  Event: 's3:TestEvent',
  Time: '2019-10-16T21:24:23.000Z',
  Bucket: 'builds',
};
const EVENT_BRIDGE = {
  version: '0',
  source: 'aws.s3',
  'detail-type': 'Object Created',
  time: '2019-10-16T21:24:23Z',
  detail: {
    bucket: { name: 'builds' },
    object: {
      key: 'a+b %20/buildhub.json',
      size: 5,
      etag: 'b1946ac9',
      'version-id': 'v8',
      sequencer: '00617F',
    },
    reason: 'PutObject',
  },
};

function record(object: object, rest: object = {}): object {
  return { eventName: 'ObjectCreated:Put', s3: { bucket: { name: 'b' }, object }, ...rest };
}

function read(body: unknown) {
  return readS3Event(JSON.stringify(body));
}

function inSns(message: unknown) {
  return read({ Type: 'Notification', Message: JSON.stringify(message) });
}

function problemOf(readIt: () => unknown): UnreadableMessageError {
  try {
    readIt();
  } catch (error) {
    if (error instanceof UnreadableMessageError) return error;
  }
  throw new Error('the message should have been unreadable');
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
    ['ObjectRemoved:Delete', 'removed'],
    ['s3:ObjectRemoved:DeleteMarkerCreated', 'removed'],
    ['LifecycleExpiration:Delete', 'removed'],
    ['ObjectRestore:Completed', 'other-event'],
    ['ObjectTagging:Put', 'other-event'],
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

describe('what cannot be read', () => {
  it.each([
    ['', 'body: is not JSON (Expecting value: line 1 column 1 (char 0))'],
    ['hello', 'body: is not JSON (Expecting value: line 1 column 1 (char 0))'],
    ['[]', 'body: is a list, not an object'],
    ['null', 'body: is null, not an object'],
    ['"x"', 'body: is a string, not an object'],
    ['{}', 'body: has none of Records, Message or detail-type, but nothing'],
    ['{"a":1,"b":2}', "body: has none of Records, Message or detail-type, but 'a', 'b'"],
    ['{"Event":"s3:Other"}', "body: has none of Records, Message or detail-type, but 'Event'"],
    ['{"Message":{}}', 'Message: is an object, not a string'],
    ['{"Message":null,"Records":[]}', 'Message: is null, not a string'],
    ['{"Message":"hi"}', 'Message: is not JSON (Expecting value: line 1 column 1 (char 0))'],
    ['{"Message":"[]"}', 'Message: holds a list, not an object'],
    ['{"Message":"{}"}', 'Message: has none of Records or detail-type, but nothing'],
    ['{"Records":null}', 'Records: is null, not a list'],
    ['{"Message":"{\\"Records\\":{}}"}', 'Message.Records: is an object, not a list'],
    ['{"Records":[null]}', 'Records[0]: is null, not an object'],
    ['{"Records":[[]]}', 'Records[0]: is a list, not an object'],
    ['{"Records":[{"s3":7}]}', 'Records[0].s3: is a number, not an object'],
    ['{"Records":[{"s3":{"object":{"key":"k"}}}]}', 'Records[0].s3.bucket: is missing'],
    ['{"Records":[{"s3":{"bucket":{},"object":{"key":"k"}}}]}', 'Records[0].s3.bucket.name: is missing'],
    ['{"Records":[{"s3":{"bucket":{"name":"b"}}}]}', 'Records[0].s3.object: is missing'],
    ['{"Records":[{"s3":{"bucket":{"name":"b"},"object":{}}}]}', 'Records[0].s3.object.key: is missing'],
    [
      '{"Records":[{"s3":{"bucket":{"name":"b"},"object":{"key":""}}}]}',
      'Records[0].s3.object.key: is empty',
    ],
    [
      '{"Records":[{"s3":{"bucket":{"name":""},"object":{"key":"k"}}}]}',
      'Records[0].s3.bucket.name: is empty',
    ],
    ['{"Records":[{"s3":{"x":1},"eventName":5}]}', 'Records[0].s3.bucket: is missing'],
    ['{"source":"aws.s3","detail-type":"Object Created"}', 'body.detail: is missing'],
    ['{"source":"aws.s3","detail-type":7}', 'body.detail-type: is a number, not a string'],
    ['{"detail-type":"x"}', 'body.source: is missing'],
    [
      '{"source":"aws.s3","detail-type":"Object Created","detail":{"bucket":{"name":"b"},"object":[]}}',
      'detail.object: is a list, not an object',
    ],
  ])('%s', (body, problem) => {
    const error = problemOf(() => readS3Event(body));
    expect(error.problems).toEqual([problem]);
    expect(error.message).toBe(`Unreadable message: ${problem}`);
    expect(error.objects).toEqual([]);
  });

  it.each([
    [
      { key: `${'é'.repeat(506)}buildhub.json` },
      'Records[0].s3.object.key: has 1025 bytes, and S3 allows no more than 1024',
    ],
    [{ key: 'a%00b/buildhub.json' }, 'Records[0].s3.object.key: holds the character U+0000'],
    [{ key: '\ud800/buildhub.json' }, 'Records[0].s3.object.key: holds half of a surrogate pair'],
  ])('a record with %j', (members, problem) => {
    const error = problemOf(() => read({ Records: [record(members)] }));
    expect(error.problems).toEqual([problem]);
  });

  it('carries along what could be read beside it', () => {
    const error = problemOf(() => read({ Records: [null, RECORD, {}, { s3: { bucket: 1 } }] }));
    expect(error.problems).toEqual([
      'Records[0]: is null, not an object',
      'Records[3].s3.bucket: is a number, not an object',
    ]);
    expect(error.objects).toEqual([WRITE]);
    expect(error.ignored).toEqual([{ reason: 'not-s3' }]);
  });

  it('takes the longest key that S3 allows', () => {
    const key = `${'é'.repeat(505)}xbuildhub.json`;
    expect(read({ Records: [record({ key })] }).objects).toMatchObject([{ key }]);
  });
});
