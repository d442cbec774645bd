const KEY = 'pub/firefox/candidates/70.0-candidates/build2/win64/en-US/buildhub.json';
/** A record as AWS sends it. */
export const RECORD = {
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
/** The write that {@link RECORD} tells of. */
export const WRITE = {
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
export const TEST_EVENT = {
  Service: 'Amazon S3',
  Event: 's3:TestEvent',
  Time: '2019-10-16T21:24:23.000Z',
  Bucket: 'builds',
};
/** An event as EventBridge forwards it. */
export const EVENT_BRIDGE = {
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
export function record(object: object, rest: object = {}): object {
  return { eventName: 'ObjectCreated:Put', s3: { bucket: { name: 'b' }, object }, ...rest };
}
