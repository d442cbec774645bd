import type { ListObjectsV2CommandInput, S3Client } from '@aws-sdk/client-s3';
import { compareCodePoints } from '../../schema/compare-code-points.ts';
import { decodeEventKey, isBuildhubKey } from '../../schema/s3/object-key.ts';
import { type KeyPage, type ListedKeys, restOf } from './key-range.ts';
import { listObjects } from './list-objects.ts';
import { withRetries } from './with-retries.ts';

/** What S3 lists: keys, and with a delimiter the folders that hold the others. */
export interface Listing {
  readonly objects: readonly { readonly key: string; readonly etag?: string | undefined }[];
  readonly folders: readonly string[];
  readonly isTruncated: boolean;
}

/** A listing that can be asked for. */
export interface ListingRequest {
  readonly prefix: string;
  readonly after?: string | undefined;
  readonly delimiter?: string;
  /** At most this many entries; S3 gives no more than a thousand. */
  readonly limit?: number;
}

/** Something that lists keys: a bucket, or what a test has in its place. */
export type ListKeys = (request: ListingRequest) => Promise<Listing>;

/** Lists the keys of a bucket, trying a few times. */
export function lister(s3: S3Client, bucket: string): ListKeys {
  return async ({ prefix, after, delimiter, limit }) => {
    const input: ListObjectsV2CommandInput = {
      Bucket: bucket,
      Prefix: prefix,
      // Keys may hold what XML cannot.
      EncodingType: 'url',
      ...(after !== undefined && { StartAfter: after }),
      ...(delimiter !== undefined && { Delimiter: delimiter }),
      ...(limit !== undefined && { MaxKeys: limit }),
    };
    const answer = await withRetries(() => listObjects(s3, input));
    // A stand-in for S3 may not know how to encode.
    const decode = answer.EncodingType === 'url' ? decodeEventKey : (key: string) => key;
    return {
      objects: answer.objects.map(({ key, etag }) => ({ key: decode(key), etag })),
      folders: (answer.CommonPrefixes ?? []).flatMap(({ Prefix }) =>
        Prefix === undefined ? [] : [decode(Prefix)],
      ),
      isTruncated: answer.IsTruncated ?? false,
    };
  };
}

/** The keys of a range, a page of up to a thousand at a time. */
export async function* listedPages(list: ListKeys, range: ListedKeys): AsyncGenerator<KeyPage> {
  let rest: ListedKeys | undefined = range;
  while (rest !== undefined) {
    const { objects, isTruncated } = await list(rest);
    const end = endOf(objects, range.until);
    const last = objects[end - 1];
    const isLast = !isTruncated || end < objects.length || last === undefined || last.key === range.until;
    rest = isLast ? undefined : { ...rest, after: last.key };
    yield {
      listed: end,
      objects: objects
        .slice(0, end)
        .flatMap(({ key, etag }, ordinal) =>
          isBuildhubKey(key) ? [{ key, etag, position: key, ordinal }] : [],
        ),
      rest: rest && restOf(range, rest.after ?? ''),
    };
  }
}

/** How many of the keys are in the range. S3 orders by the bytes of UTF-8, which is by code point. */
function endOf(objects: readonly { readonly key: string }[], until: string | undefined): number {
  const last = objects.at(-1);
  if (until === undefined || last === undefined || compareCodePoints(last.key, until) <= 0)
    return objects.length;
  return objects.findIndex(({ key }) => compareCodePoints(key, until) > 0);
}
