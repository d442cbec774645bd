import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Context } from '@temporalio/activity';
import { s3Store, type WantedObject } from '../../aws/object-store.ts';
import type { S3ObjectWrite } from '../../schema/s3/s3-object-write.ts';
import type { ActivityDependencies } from '../dependencies.ts';

const unzip = promisify(gunzip);
const utf8 = new TextDecoder('utf-8', { fatal: true });

export type Download = Exclude<ObjectContent, { status: 'unmodified' }>;

/** What was found in the bucket; `unmodified` if it is what the reader knows already. */
export type ObjectContent =
  | { readonly status: 'unmodified' }
  | { readonly status: 'found'; readonly text: string; readonly etag?: string | undefined }
  | { readonly status: 'missing'; readonly reason: string }
  | { readonly status: 'invalid'; readonly reason: string; readonly etag?: string | undefined };

export async function downloadObject(
  dependencies: Pick<ActivityDependencies, 's3' | 'maxObjectBytes'>,
  { bucket, key }: S3ObjectWrite,
): Promise<Download> {
  // So that a hanging service does not keep its connection after Temporal has begun the next attempt.
  const { cancellationSignal } = Context.current();
  const content = await readObject(dependencies, { bucket, key }, cancellationSignal);
  if (content.status === 'unmodified') throw new Error('S3 sent 304 for a request without a condition');
  return content;
}

/**
 * Reads an S3 object as UTF-8 text, without a byte order mark, after gunzipping what is gzip.
 *
 * An object or bucket that does not exist is `missing`; one that is too large, or is not text, is `invalid`. Anything
 * else that goes wrong (no response, 403, 5xx) is thrown and retried: a download error is never permanent.
 */
export async function readObject(
  { s3, maxObjectBytes }: Pick<ActivityDependencies, 's3' | 'maxObjectBytes'>,
  object: WantedObject,
  signal?: AbortSignal,
): Promise<ObjectContent> {
  const stored = await s3Store(s3).open(object, signal);
  if (stored.status !== 'found') return stored;
  const { body, length, etag } = stored;
  const bytes = await readBytes(body, length, maxObjectBytes);
  if (!bytes) {
    const size = length === undefined ? 'it has more' : `it has ${length} bytes`;
    return { status: 'invalid', reason: tooLarge(size, maxObjectBytes), etag };
  }
  return { ...(await readText(bytes, maxObjectBytes)), etag };
}

/** Returns undefined if there are more bytes than the limit. Leaving the loop closes the connection. */
async function readBytes(
  body: Readable,
  length: number | undefined,
  limit: number,
): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  if (length !== undefined && length > limit) {
    body.destroy();
    return undefined;
  }
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function readText(
  bytes: Uint8Array,
  maxObjectBytes: number,
): Promise<Exclude<Download, { status: 'missing' }>> {
  try {
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const text = isGzip ? await unzip(bytes, { maxOutputLength: maxObjectBytes }) : bytes;
    return { status: 'found', text: utf8.decode(text) };
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    const reason =
      code === 'ERR_BUFFER_TOO_LARGE'
        ? tooLarge('decompressed, it has more', maxObjectBytes)
        : `The object cannot be read as text: ${message}`;
    return { status: 'invalid', reason };
  }
}

function tooLarge(what: string, limit: number): string {
  return `The object is too large: ${what}, and the limit is ${limit} bytes (S3_MAX_OBJECT_BYTES). Publish it again without what is not part of a build.`;
}
