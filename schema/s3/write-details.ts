import type { S3ObjectWrite } from './s3-object-write.ts';

type Details = Omit<S3ObjectWrite, 'bucket' | 'key'>;

/**
 * A write with what its event says of it beyond bucket and key. None of that decides what is ingested, and Buildhub2
 * never looked at most of it, so a member that is missing, empty or of another kind is left out: it is no reason to
 * set a message apart.
 *
 * @param details as the event has them, of any kind
 */
export function writeOf(
  names: Pick<S3ObjectWrite, 'bucket' | 'key'>,
  details: { readonly [Name in keyof Details]?: unknown },
): S3ObjectWrite {
  const write: S3ObjectWrite = { ...names };
  const etag = textOf(details.etag);
  const { size } = details;
  if (etag !== undefined) write.etag = etag.replace(/^"(.*)"$/s, '$1');
  if (typeof size === 'number' && Number.isSafeInteger(size) && size >= 0) write.size = size;
  for (const name of ['versionId', 'sequencer', 'eventTime', 'eventName'] as const) {
    const text = textOf(details[name]);
    if (text !== undefined) write[name] = text;
  }
  return write;
}

/** A text that says something. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
