import { objectMember, type ReadRecord, readRecord, sortByKey, stringMember } from './message-part.ts';
import { writeOf } from './write-details.ts';

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
    const names = {
      bucket: stringMember(bucket, 'name', `${path}.bucket`),
      key: stringMember(object, 'key', objectPath),
    };
    const { etag, size, 'version-id': versionId, sequencer } = object;
    const write = writeOf(names, { etag, size, versionId, sequencer, eventTime: event.time, eventName });
    return sortByKey(write, `${objectPath}.key`);
  });
}
