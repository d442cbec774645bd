import {
  BadMember,
  describe,
  isObject,
  objectMember,
  type ReadRecord,
  readRecord,
  sortByKey,
  stringMember,
} from './message-part.ts';
import { decodeEventKey } from './object-key.ts';
import type { IgnoreReason } from './s3-object-write.ts';
import { textOf, writeOf } from './write-details.ts';

/**
 * Reads one member of an S3 notification's `Records`.
 *
 * @param path where it stands in the message, for problems.
 */
export function readS3Record(record: unknown, path: string): ReadRecord {
  return readRecord(() => {
    if (!isObject(record)) throw new BadMember(path, `is ${describe(record)}, not an object`);
    if (isFalsy(record.s3)) return { kind: 'ignored', ignored: { reason: 'not-s3' } };
    const eventName = textOf(record.eventName);
    const reason = reasonToIgnore(eventName);
    if (reason !== undefined) {
      return { kind: 'ignored', ignored: { reason, ...namesOf(record.s3), ...(eventName && { eventName }) } };
    }
    const s3 = objectMember(record, 's3', path);
    const bucket = objectMember(s3, 'bucket', `${path}.s3`);
    const object = objectMember(s3, 'object', `${path}.s3`);
    const objectPath = `${path}.s3.object`;
    const names = {
      bucket: stringMember(bucket, 'name', `${path}.s3.bucket`),
      key: decodeEventKey(stringMember(object, 'key', objectPath)),
    };
    const { eTag: etag, size, versionId, sequencer } = object;
    const write = writeOf(names, {
      etag,
      size,
      versionId,
      sequencer,
      eventTime: record.eventTime,
      eventName,
    });
    return sortByKey(write, `${objectPath}.key`);
  });
}

/** What Python takes for false, as Buildhub2 left such records alone. */
function isFalsy(value: unknown): boolean {
  if (!value) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** Why an event is left alone, by what its name begins with: all that S3 tells of but writes. */
const reasons: ReadonlyMap<string, IgnoreReason> = new Map<string, IgnoreReason>([
  ['TestEvent', 'test-event'],
  ['ObjectRemoved', 'removed'],
  ['LifecycleExpiration', 'removed'],
  ['LifecycleTransition', 'other-event'],
  ['IntelligentTiering', 'other-event'],
  ['ObjectTagging', 'other-event'],
  ['ObjectAcl', 'other-event'],
  ['ObjectRestore', 'other-event'],
  ['Replication', 'other-event'],
  ['ReducedRedundancyLostObject', 'other-event'],
]);

/**
 * Any other name, or none, counts as a write: Buildhub2 fetched the key whatever the name was, and whoever sends events
 * by hand or through another service need not know S3's names.
 */
function reasonToIgnore(eventName: string | undefined): IgnoreReason | undefined {
  const [kind = ''] = (eventName ?? '').replace(/^s3:/, '').split(':');
  return reasons.get(kind);
}

/** Bucket and key as far as they are there; a record that is left alone need not be complete. */
function namesOf(s3: unknown): { bucket?: string; key?: string } {
  const bucket = isObject(s3) && isObject(s3.bucket) ? s3.bucket.name : undefined;
  const key = isObject(s3) && isObject(s3.object) ? s3.object.key : undefined;
  return {
    ...(typeof bucket === 'string' && { bucket }),
    ...(typeof key === 'string' && { key: decodeEventKey(key) }),
  };
}
