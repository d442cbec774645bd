import {
  objectMember,
  optionalSize,
  optionalString,
  type ReadRecord,
  readRecord,
  sortByKey,
  stringMember,
  withoutQuotes,
} from './message-part.ts';
import type { S3ObjectWrite } from './s3-object-write.ts';

/**
 * Reads an event that S3 sent through EventBridge. Its keys are not encoded, unlike those of S3's own notifications.
 *
 * @param prefix where it stands in the message (`Message.` in an SNS envelope), for problems.
 */
export function readEventBridgeEvent(event: Record<string, unknown>, prefix: string): ReadRecord {
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
    const write: S3ObjectWrite = {
      bucket: stringMember(bucket, 'name', `${path}.bucket`),
      key: stringMember(object, 'key', objectPath),
      eventName,
    };
    const etag = optionalString(object, 'etag', objectPath);
    const size = optionalSize(object, 'size', objectPath);
    const versionId = optionalString(object, 'version-id', objectPath);
    const sequencer = optionalString(object, 'sequencer', objectPath);
    const eventTime = optionalString(event, 'time', root);
    if (etag !== undefined) write.etag = withoutQuotes(etag);
    if (size !== undefined) write.size = size;
    if (versionId !== undefined) write.versionId = versionId;
    if (sequencer !== undefined) write.sequencer = sequencer;
    if (eventTime !== undefined) write.eventTime = eventTime;
    return sortByKey(write, `${objectPath}.key`);
  });
}
