import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { GetObjectCommand, S3ServiceException } from '@aws-sdk/client-s3';
import { decodeJsonText } from '../schema/json/decode-text.ts';
import type { ActivityDependencies } from './dependencies.ts';

const unzip = promisify(gunzip);

/** What was found in the bucket: the text, or why there is none. */
export type Download = Exclude<ObjectContent, { status: 'unmodified' }>;

/** What was found in the bucket; `unmodified` where it is what the reader knows already. */
export type ObjectContent =
  | { readonly status: 'unmodified' }
  | { readonly status: 'found'; readonly text: string; readonly etag?: string | undefined }
  | { readonly status: 'missing'; readonly reason: string }
  | { readonly status: 'invalid'; readonly reason: string; readonly etag?: string | undefined };

/** An object to read. */
export interface WantedObject {
  readonly bucket: string;
  readonly key: string;
  readonly knownEtag?: string | undefined;
}

/**
 * Reads an S3 object as text: the bytes as they are, gunzipped where they are gzip, decoded as Buildhub2 did.
 *
 * An object or bucket that does not exist is `missing`; one that is too large, or is no text, is `invalid`. Anything
 * else that goes wrong (no answer, 403, 5xx) is thrown, since it can pass: a download error is never permanent.
 *
 * @param object `knownEtag`, without quotes: the content that the reader has no need of
 */
export async function readObject(
  { s3, maxObjectBytes }: Pick<ActivityDependencies, 's3' | 'maxObjectBytes'>,
  { bucket, key, knownEtag }: WantedObject,
  signal?: AbortSignal,
): Promise<ObjectContent> {
  const command = new GetObjectCommand({
    Bucket: bucket,
    Key: key,
    ...(knownEtag !== undefined && { IfNoneMatch: `"${knownEtag}"` }),
  });
  try {
    const object = await s3.send(command, signal ? { abortSignal: signal } : {});
    const etag = object.ETag?.replaceAll('"', '');
    const { Body: body, ContentLength: length = 0 } = object;
    if (!body) throw new Error(`S3 answered without a body for s3://${bucket}/${key}`);
    if (length > maxObjectBytes) {
      // Nobody reads the rest: without this the connection would stay open.
      (body as { destroy?: () => void }).destroy?.();
      return { status: 'invalid', reason: tooLarge(`${length} bytes`, maxObjectBytes), etag };
    }
    return { ...(await readText(await body.transformToByteArray(), maxObjectBytes)), etag };
  } catch (error) {
    if (isUnmodified(error)) return { status: 'unmodified' };
    const reason = whyMissing(error, bucket);
    if (reason === undefined) throw error;
    return { status: 'missing', reason };
  }
}

async function readText(
  bytes: Uint8Array,
  maxObjectBytes: number,
): Promise<Exclude<Download, { status: 'missing' }>> {
  try {
    return { status: 'found', text: decodeJsonText(await decompress(bytes, maxObjectBytes)) };
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    const reason =
      code === 'ERR_BUFFER_TOO_LARGE'
        ? tooLarge('its decompressed content', maxObjectBytes)
        : `The object cannot be read as text: ${message}`;
    return { status: 'invalid', reason };
  }
}

async function decompress(bytes: Uint8Array, maxOutputLength: number): Promise<Uint8Array> {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return isGzip ? await unzip(bytes, { maxOutputLength }) : bytes;
}

function tooLarge(what: string, limit: number): string {
  return `The object is too large: ${what}, where ${limit} bytes is the limit (S3_MAX_OBJECT_BYTES).`;
}

function isUnmodified(error: unknown): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === 304;
}

/**
 * HEAD and GET name a missing key differently, and a missing bucket is another name still. The key is not in the reason,
 * which stands beside it everywhere and by which failures are grouped.
 */
function whyMissing(error: unknown, bucket: string): string | undefined {
  if (!(error instanceof S3ServiceException)) return undefined;
  if (error.name === 'NoSuchBucket') return `There is no bucket ${bucket}.`;
  if (error.name === 'NoSuchKey' || error.name === 'NotFound') return 'The bucket has no object of this key.';
  return undefined;
}
