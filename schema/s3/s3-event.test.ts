import { describe, expect, it } from 'vitest';
import { thrownBy } from '../../tests/fixture/thrown-by.ts';
import { readS3Event, UnreadableMessageError } from './s3-event.ts';

const KEY = 'pub/firefox/candidates/70.0-candidates/build2/win64/en-US/buildhub.json';
/** A record as AWS sends it. */
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
/** The write that {@link RECORD} reports. */
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
/** What S3 sends when notifications are configured. */
const TEST_EVENT = {
  Service: 'Amazon S3',
  Event: 's3:TestEvent',
  Time: '2019-10-16T21:24:23.000Z',
  Bucket: 'builds',
};
/** An event as EventBridge forwards it. */
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

/** A record of an object, with what a test wants otherwise. */
function record(object: object, rest: object = {}): object {
  return { eventName: 'ObjectCreated:Put', s3: { bucket: { name: 'b' }, object }, ...rest };
}

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
    const ignored = ['test-event'];
    expect(read(TEST_EVENT)).toEqual({ objects: [], ignored });
    expect(inSns(TEST_EVENT)).toEqual({ objects: [], ignored });
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

  it.each([
    { eTag: 5 },
    { eTag: 'a\0b' },
    { eTag: 'x'.repeat(1_001) },
    { versionId: '\ud800' },
    { size: 1.5 },
    { sequencer: [] },
  ])('takes a write although it has %j, as Buildhub2 never looked at that', (member) => {
    const odd = record({ key: 'buildhub.json', ...member }, { eventName: 7, eventTime: 1 });
    expect(read({ Records: [odd] })).toEqual({
      objects: [{ bucket: 'b', key: 'buildhub.json' }],
      ignored: [],
    });
  });
});

describe('which records count', () => {
  it.each([
    ['ObjectCreated:Put', undefined],
    ['s3:ObjectCreated:Copy', undefined],
    ['ObjectRemovedNot:Delete', undefined],
    ['ObjectRemoved:Delete', 'removed'],
    ['s3:ObjectRemoved:DeleteMarkerCreated', 'removed'],
    ['s3:LifecycleExpiration:DeleteMarkerCreated', 'removed'],
    ['s3:LifecycleTransition', 'other-event'],
    ['ObjectRestore:Completed', 'other-event'],
    ['TestEvent', 'test-event'],
  ])('%s', (eventName, reason) => {
    const event = read({ Records: [record({ key: 'x/buildhub.json' }, { eventName })] });
    if (reason === undefined)
      expect(event).toMatchObject({ objects: [{ key: 'x/buildhub.json' }], ignored: [] });
    else expect(event).toEqual({ objects: [], ignored: [reason] });
  });

  it.each([
    [{ 'detail-type': 'Object Deleted' }, 'removed'],
    [{ 'detail-type': 'Object Tags Added' }, 'other-event'],
    [{ source: 'aws.ec2' }, 'not-s3'],
  ])('an event of EventBridge with %j', (members, reason) => {
    expect(read({ ...EVENT_BRIDGE, ...members })).toEqual({ objects: [], ignored: [reason] });
  });

  it('leaves a record without s3 alone', () => {
    const others = [{}, { s3: null }, { s3: {} }, { s3: '' }];
    expect(read({ Records: [...others, RECORD] })).toEqual({
      objects: [WRITE],
      ignored: others.map(() => 'not-s3'),
    });
  });

  it.each(['buildhub.json', 'x/firefox-72.0a1.en-US.linux-x86_64.buildhub.json', '/buildhub.json'])(
    'takes the key %s',
    (key) => {
      expect(read({ Records: [record({ key })] }).objects).toMatchObject([{ key }]);
    },
  );

  it.each(['not/a/buildhub.json/file', 'x/buildhub.json/', 'x/Buildhub.json'])(
    'leaves the key %s alone',
    (key) => {
      expect(read({ Records: [record({ key })] })).toEqual({ objects: [], ignored: ['other-key'] });
    },
  );

  it('counts a write once that one message reports twice', () => {
    expect(read({ Records: [RECORD, RECORD] }).objects).toEqual([WRITE]);
    const next = structuredClone(RECORD);
    next.s3.object.sequencer = '0055AED6DCD90281E6';
    const other = structuredClone(RECORD);
    other.s3.object.eTag = 'abc';
    expect(read({ Records: [RECORD, next, RECORD, other] }).objects).toHaveLength(3);
  });
});

const problemOf = (readIt: () => unknown) => thrownBy(UnreadableMessageError, readIt);

describe('what cannot be read', () => {
  it.each([
    ['', 'body: is not JSON (Unexpected end of JSON input)'],
    ['[]', 'body: Invalid input: expected object, received array'],
    ['{}', 'body: is neither a notification of S3 nor an event of EventBridge: has no members'],
    ['{"a":1,"b":2}', 'body: is neither a notification of S3 nor an event of EventBridge: has a, b'],
    ['{"Message":{}}', 'Message: Invalid input: expected string, received object'],
    ['{"Message":"hi"}', 'Message: is not JSON (Unexpected token \'h\', "hi" is not valid JSON)'],
    ['{"Message":"{\\"Records\\":{}}"}', 'Message.Records: Invalid input: expected array, received object'],
    ['{"Records":[{"s3":7}]}', 'Records[0].s3: is not an object'],
    [
      '{"Records":[{"s3":{"bucket":{"name":"b"},"object":{"key":""}}}]}',
      'Records[0].s3.object.key: Too small: expected string to have >=1 characters',
    ],
    [
      '{"source":"aws.s3","detail-type":"Object Created"}',
      'body.detail: Invalid input: expected object, received undefined',
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

  it.each(['a\0b', 'a\ud800', 'a/b', '..', 'arn:aws:s3:::builds', 'b'.repeat(256)])(
    'a record of the bucket %j',
    (name) => {
      const odd = { s3: { bucket: { name }, object: { key: 'buildhub.json' } } };
      expect(problemOf(() => read({ Records: [odd] })).problems).toEqual([
        'Records[0].s3.bucket.name: is not a name that S3 allows for a bucket',
      ]);
    },
  );

  it('carries along what could be read beside it', () => {
    const error = problemOf(() => read({ Records: [null, RECORD, {}, { s3: { bucket: 1 } }] }));
    expect(error.problems).toEqual([
      'Records[0]: is not an object',
      'Records[3].s3.bucket: Invalid input: expected object, received number',
    ]);
    expect(error.objects).toEqual([WRITE]);
    expect(error.ignored).toEqual(['not-s3']);
  });

  it('names the first of very many, which a message can hold', () => {
    expect(problemOf(() => read({ Records: Array(1_000).fill(1) })).problems).toHaveLength(100);
    // A schema for each would take minutes.
    expect(read({ Records: Array(200_000).fill({}) }).ignored).toHaveLength(200_000);
  });

  it('takes the longest key that S3 allows', () => {
    const key = `${'é'.repeat(505)}xbuildhub.json`;
    expect(read({ Records: [record({ key })] }).objects).toMatchObject([{ key }]);
  });
});
