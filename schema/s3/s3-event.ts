import { pythonRepr } from '../json/python-repr.ts';
import { shorten } from '../shorten.ts';
import {
  describe,
  isObject,
  objectMember,
  parseBody,
  type ReadRecord,
  readRecord,
  sortByKey,
  stringMember,
} from './message-part.ts';
import { type IgnoredRecord, type S3ObjectWrite, writeIdentity } from './s3-object-write.ts';
import { readS3Record } from './s3-record.ts';
import { UnreadableMessageError } from './unreadable-message-error.ts';
import { writeOf } from './write-details.ts';

/** What a queue message reports: the writes to ingest, and what is rightly left alone. */
export interface S3Event {
  objects: S3ObjectWrite[];
  ignored: IgnoredRecord[];
}

/**
 * Reads the body of an SQS message: an S3 notification (`Records`), a test event of S3, or an EventBridge event
 * (`source: aws.s3`), each of them either as it is or as the `Message` of an SNS envelope. If there is a `Message`,
 * nothing beside it counts. Records that repeat the same write are one object.
 *
 * Every record is read before anything is thrown: a record that cannot be understood does not hide the others, which
 * the error carries along.
 *
 * @throws {UnreadableMessageError} for anything else, with what was wrong where.
 */
export function readS3Event(body: string): S3Event {
  const records = readEnvelope(body);
  const event: S3Event = {
    objects: collapse(records.flatMap((record) => (record.kind === 'write' ? [record.write] : []))),
    ignored: records.flatMap((record) => (record.kind === 'ignored' ? [record.ignored] : [])),
  };
  const problems = records.flatMap((record) => (record.kind === 'unreadable' ? [record.problem] : []));
  if (problems.length > 0) throw new UnreadableMessageError(problems, event);
  return event;
}

function readEnvelope(body: string): ReadRecord[] {
  const envelope = parseBody(body, 'body');
  if (!isObject(envelope)) return [unreadable(`body: is ${describe(envelope)}, not an object`)];
  if (!('Message' in envelope)) return readNotification(envelope, '');
  const message = envelope.Message;
  if (typeof message !== 'string') return [unreadable(`Message: is ${describe(message)}, not a string`)];
  const inner = parseBody(message, 'Message');
  if (!isObject(inner)) return [unreadable(`Message: holds ${describe(inner)}, not an object`)];
  return readNotification(inner, 'Message.');
}

function readNotification(notification: Record<string, unknown>, prefix: string): ReadRecord[] {
  if ('Records' in notification) {
    const records = notification.Records;
    if (!Array.isArray(records)) return [unreadable(`${prefix}Records: is ${describe(records)}, not a list`)];
    return records.map((record: unknown, index) => readS3Record(record, `${prefix}Records[${index}]`));
  }
  if (notification.Event === 's3:TestEvent') {
    return [{ kind: 'ignored', ignored: { reason: 'test-event', eventName: 's3:TestEvent' } }];
  }
  if ('detail-type' in notification) return [readEventBridgeEvent(notification, prefix)];
  const members = shorten(Object.keys(notification).map(pythonRepr).join(', ')) || 'nothing';
  const expected = prefix === '' ? 'Records, Message or detail-type' : 'Records or detail-type';
  return [unreadable(`${prefix.slice(0, -1) || 'body'}: has none of ${expected}, but ${members}`)];
}

function unreadable(problem: string): ReadRecord {
  return { kind: 'unreadable', problem };
}

function collapse(writes: S3ObjectWrite[]): S3ObjectWrite[] {
  const distinct = new Map<string, S3ObjectWrite>();
  for (const write of writes) {
    const identity = JSON.stringify([write.bucket, write.key, writeIdentity(write).label]);
    if (!distinct.has(identity)) distinct.set(identity, write);
  }
  return [...distinct.values()];
}

/**
 * Reads an event that S3 sent through EventBridge. Its keys are not encoded, unlike those of S3's own notifications.
 *
 * @param prefix where it stands in the message (`Message.` in an SNS envelope), for problems.
 */
function readEventBridgeEvent(event: Record<string, unknown>, prefix: string): ReadRecord {
  return readRecord(() => {
    const root = prefix.slice(0, -1) || 'body';
    if (stringMember(event, 'source', root) !== 'aws.s3')
      return { kind: 'ignored', ignored: { reason: 'not-s3' } };
    const eventName = stringMember(event, 'detail-type', root);
    if (eventName !== 'Object Created') {
      const reason = eventName === 'Object Deleted' ? 'removed' : 'other-event';
      return { kind: 'ignored', ignored: { reason, eventName } };
    }
    const path = `${prefix}detail`;
    const detail = objectMember(event, 'detail', root);
    const bucket = objectMember(detail, 'bucket', path);
    const object = objectMember(detail, 'object', path);
    const objectPath = `${path}.object`;
    const names = {
      bucket: stringMember(bucket, 'name', `${path}.bucket`),
      key: stringMember(object, 'key', objectPath),
    };
    const { etag, size, 'version-id': versionId, sequencer } = object;
    const write = writeOf(names, { etag, size, versionId, sequencer, eventTime: event.time, eventName });
    return sortByKey(write, `${objectPath}.key`);
  });
}
