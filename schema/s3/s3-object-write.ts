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

/** Why a record starts no ingestion. None of these is a fault. */
export type IgnoreReason = 'test-event' | 'removed' | 'other-key' | 'not-s3' | 'other-event';

export interface IgnoredRecord {
  reason: IgnoreReason;
  bucket?: string | undefined;
  key?: string | undefined;
  eventName?: string | undefined;
}

/**
 * What tells this write from every other write of the same object, the best that the event has: the sequencer, else
 * the version, else content and time (a key can return to a former content), else one of the two. `isUnique` is false
 * if a later write of the same key could look the same. It is the same for each delivery of the same event.
 */
export function writeIdentity(write: S3ObjectWrite): { label: string; isUnique: boolean } {
  const { sequencer, versionId, etag, eventTime } = write;
  if (sequencer !== undefined) return { label: `sequencer-${sequencer}`, isUnique: true };
  // S3 says `null` for objects in a bucket without versioning, whatever is written.
  if (versionId !== undefined && versionId !== 'null')
    return { label: `version-${versionId}`, isUnique: true };
  if (etag !== undefined && eventTime !== undefined)
    return { label: `etag-${etag}-${eventTime}`, isUnique: true };
  if (eventTime !== undefined) return { label: `time-${eventTime}`, isUnique: true };
  if (etag !== undefined) return { label: `etag-${etag}`, isUnique: false };
  return { label: 'unidentified', isUnique: false };
}
