/** One write of one object, as an event reported it. Plain data, so that it can travel in Temporal's payloads. */
export interface S3ObjectWrite {
  bucket: string;
  /** Decoded, as S3's own API takes it. */
  key: string;
  /** Without quotes. */
  etag?: string | undefined;
  /** Bytes. */
  size?: number | undefined;
  versionId?: string | undefined;
  /** Hexadecimal; orders the events of one key. */
  sequencer?: string | undefined;
  /** ISO 8601, as the event has it. */
  eventTime?: string | undefined;
  /** `ObjectCreated:Put`, or EventBridge's `Object Created`. */
  eventName?: string | undefined;
}

/** An object as S3 lists it. */
export type ListedObject = Pick<S3ObjectWrite, 'key' | 'etag'>;

/** Why a record starts no ingestion. None of these is a fault. */
export type IgnoreReason = 'test-event' | 'removed' | 'other-key' | 'not-s3' | 'other-event';

/**
 * What identifies a write among all writes of the same object; the same for each delivery of the same event.
 *
 * @returns `label` is the best that the event has: the sequencer, else the version, else content and time, else one of the
 * two. `detail` is content and time beside a sequencer: emulators of S3 may send the same sequencer for every write.
 * `isUnique` is false if a later write of the same key could look the same
 */
export function writeIdentity({ sequencer, versionId, etag, eventTime }: S3ObjectWrite) {
  const unique = (label: string, detail = '') => ({ label, detail, isUnique: true });
  if (sequencer !== undefined) {
    // EventBridge reports the same write with a time in whole seconds.
    const detail = [etag, eventTime?.replace(/\.\d+/, '')].filter((part) => part !== undefined);
    return unique(`sequencer-${sequencer}`, detail.join('-'));
  }
  // S3 says `null` for objects in a bucket without versioning, whatever is written.
  if (versionId !== undefined && versionId !== 'null') return unique(`version-${versionId}`);
  if (etag !== undefined && eventTime !== undefined) return unique(`etag-${etag}-${eventTime}`);
  if (eventTime !== undefined) return unique(`time-${eventTime}`);
  return { label: etag === undefined ? 'unidentified' : `etag-${etag}`, detail: '', isUnique: false };
}
