import { describe, expect, it } from 'vitest';
import { RECORD, record, WRITE } from './example-events.ts';
import { readS3Event } from './s3-event.ts';
import { UnreadableMessageError } from './unreadable-message-error.ts';

function read(body: unknown) {
  return readS3Event(JSON.stringify(body));
}

function problemOf(readIt: () => unknown): UnreadableMessageError {
  try {
    readIt();
  } catch (error) {
    if (error instanceof UnreadableMessageError) return error;
  }
  throw new Error('the message should have been unreadable');
}

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
