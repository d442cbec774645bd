import { addAbortSignal, Readable } from 'node:stream';
import { GetObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';

export interface WantedObject {
  readonly bucket: string;
  readonly key: string;
  /** The content, by its ETag without quotes, that the reader has no need of. */
  readonly knownEtag?: string | undefined;
}

export type StoredObject =
  | {
      readonly status: 'found';
      /** To be read to its end, or destroyed. */
      readonly body: Readable;
      /** Bytes, if the store says so. */
      readonly length: number | undefined;
      /** Without quotes. */
      readonly etag: string | undefined;
    }
  | { readonly status: 'unmodified' }
  | { readonly status: 'missing'; readonly reason: string };

export interface ObjectStore {
  /**
   * Opens an object. A missing object or bucket is a result.
   *
   * @param signal ends the request and the reading of the body
   * @throws anything else that goes wrong: no response, access denied, a server error
   */
  open(object: WantedObject, signal: AbortSignal | undefined): Promise<StoredObject>;
}

/** {@link ObjectStore} on S3. */
export function s3Store(s3: S3Client): ObjectStore {
  return {
    async open({ bucket, key, knownEtag }, signal) {
      const command = new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        ...(knownEtag !== undefined && { IfNoneMatch: `"${knownEtag}"` }),
      });
      try {
        const object = await s3.send(command, signal ? { abortSignal: signal } : {});
        const { Body: body, ContentLength: length } = object;
        if (!(body instanceof Readable)) throw new Error(`S3 sent no body for s3://${bucket}/${key}`);
        if (signal) addAbortSignal(signal, body);
        return { status: 'found', body, length, etag: object.ETag?.replaceAll('"', '') };
      } catch (error) {
        if (!(error instanceof S3ServiceException)) throw error;
        if (error.$metadata.httpStatusCode === 304) return { status: 'unmodified' };
        const reason = whyMissing(error, bucket);
        if (reason === undefined) throw error;
        return { status: 'missing', reason };
      }
    },
  };
}

/** The key is not in the reason, which stands beside it everywhere and by which failures are grouped. */
function whyMissing({ name }: S3ServiceException, bucket: string): string | undefined {
  // S3 refuses the name of a bucket that could never be created.
  if (name === 'NoSuchBucket' || name === 'InvalidBucketName') return `There is no bucket ${bucket}.`;
  // Not a 404 that does not say why, which comes from a proxy.
  if (name === 'NoSuchKey') return 'The bucket has no object of this key.';
  return undefined;
}
