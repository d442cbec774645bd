import { text } from 'node:stream/consumers';
import {
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  type ListObjectsV2CommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { decodeXML } from 'entities';
import { compareCodePoints } from '../../schema/compare-code-points.ts';
import { decodeEventKey, isBuildhubKey, keyProblem } from '../../schema/s3/object-key.ts';
import type { ListedObject } from '../../schema/s3/s3-object-write.ts';
import type { KeyPage, ListedKeys } from './key-range.ts';
import { withRetries } from './s3-request.ts';

/** Something that lists keys, and with a delimiter folders: a bucket, or what a test has in its place. */
export type ListKeys = (request: {
  readonly prefix: string;
  readonly after?: string | undefined;
  readonly delimiter?: string;
}) => Promise<{
  readonly objects: readonly ListedObject[];
  /** They hold the keys that are not listed. */
  readonly folders: readonly string[];
  readonly isTruncated: boolean;
}>;

/** Lists the keys of a bucket, trying a few times until the signal ends it. */
export function lister(s3: S3Client, bucket: string, signal: AbortSignal): ListKeys {
  return async ({ prefix, after, delimiter }) => {
    const input: ListObjectsV2CommandInput = {
      Bucket: bucket,
      Prefix: prefix,
      // Keys may hold what XML cannot.
      EncodingType: 'url',
      ...(after && { StartAfter: after }),
      ...(delimiter !== undefined && { Delimiter: delimiter }),
    };
    const page = (more: object = {}) =>
      withRetries((each) => listObjects(s3, { ...input, ...more }, each), signal);
    let response = await page();
    // S3 may return nothing of a long run of deleted objects but where to continue.
    while (response.IsTruncated && response.NextContinuationToken && isEmpty(response))
      response = await page({ ContinuationToken: response.NextContinuationToken });
    // An emulator of S3 may not know how to encode.
    const decode = response.EncodingType === 'url' ? decodeEventKey : (key: string) => key;
    return {
      objects: response.objects.map(({ key, etag }) => ({ key: decode(key), etag })),
      folders: (response.CommonPrefixes ?? []).flatMap(({ Prefix }) =>
        Prefix === undefined ? [] : [decode(Prefix)],
      ),
      isTruncated: response.IsTruncated ?? false,
    };
  };
}

function isEmpty({ objects, CommonPrefixes = [] }: Awaited<ReturnType<typeof listObjects>>): boolean {
  return objects.length === 0 && CommonPrefixes.length === 0;
}

/** The keys of a range, a page of up to a thousand at a time. */
export async function* listedPages(
  list: ListKeys,
  range: ListedKeys,
): AsyncGenerator<KeyPage & { readonly rest?: ListedKeys | undefined }> {
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
          isBuildhubKey(key) && keyProblem(key) === undefined ? [{ key, etag, position: key, ordinal }] : [],
        ),
      rest,
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

/** An object in a listing. It has no attributes and no comments in it, and text in XML holds no `<`. */
const contents = /<Contents>(.*?)<\/Contents>\s*/gs;
const keyOf = /<Key>(.*?)<\/Key>/s;
const etagOf = /<ETag>(.*?)<\/ETag>/s;

/**
 * Asks S3 for a page of a listing. All but the objects is read by the SDK. These are read here: the SDK's parser takes 15
 * to 25 ms for the seven elements that S3 sends for each of a thousand, more than all else that a backfill does about a
 * page of known objects. The two elements that are needed take one.
 *
 * @returns also `objects`, with their keys as they were sent: encoded if the request asked for it
 * @throws what the SDK throws
 */
export async function listObjects(
  s3: S3Client,
  input: ListObjectsV2CommandInput,
  abortSignal: AbortSignal,
): Promise<Omit<ListObjectsV2CommandOutput, 'Contents'> & { readonly objects: readonly ListedObject[] }> {
  let objects: readonly ListedObject[] = [];
  const command = new ListObjectsV2Command(input);
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as {
        statusCode: number;
        body: AsyncIterable<Uint8Array> | Uint8Array;
      };
      if (response.statusCode === 200 && !(response.body instanceof Uint8Array)) {
        const listing = takeObjects(await text(response.body));
        objects = listing.objects;
        response.body = Buffer.from(listing.rest);
      }
      return result;
    },
    // Low: between the connection and the SDK's parser.
    { step: 'deserialize', priority: 'low', name: 'takeObjects' },
  );
  return { ...(await s3.send(command, { abortSignal })), objects };
}

/** The objects of a listing in XML, and the listing without them. */
export function takeObjects(xml: string) {
  const objects: ListedObject[] = [];
  const rest = xml.replace(contents, (_, object: string) => {
    const etag = etagOf.exec(object)?.[1];
    objects.push({
      key: decodeXML(keyOf.exec(object)?.[1] ?? ''),
      ...(etag !== undefined && { etag: decodeXML(etag).replaceAll('"', '') }),
    });
    return '';
  });
  return { objects, rest };
}
