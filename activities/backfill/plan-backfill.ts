import { HeadBucketCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { ApplicationFailure } from '@temporalio/activity';
import { databaseTime } from '../../drizzle/queries/build-walks.ts';
import { countKeyList } from '../../drizzle/queries/key-lists.ts';
import { isBucketName, keyProblem } from '../../schema/s3/object-key.ts';
import { withHeartbeats } from '../current-attempt.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { findBoundaries } from './find-boundaries.ts';
import { readManifest } from './inventory.ts';
import type { KeyListSlice, KeyRange, ListedKeys } from './key-range.ts';
import { type ListKeys, lister } from './list-keys.ts';
import { withRetries } from './s3-request.ts';

/** Where the keys come from that a backfill works through; always only those that begin with `prefix`. */
export type KeySource =
  | { readonly kind: 'listing'; readonly prefix: string }
  /** A list that is in PostgreSQL, see drizzle/queries/key-lists.ts. */
  | { readonly kind: 'key-list'; readonly list: string; readonly prefix: string }
  /** The manifest.json of an S3 Inventory in CSV. */
  | {
      readonly kind: 'inventory';
      readonly bucket: string;
      readonly key: string;
      readonly prefix: string;
    };

export interface BackfillPlan {
  readonly ranges: readonly KeyRange[];
  /** By the clock of PostgreSQL, ISO 8601. */
  readonly startedAt: string;
  /** Keys in all, if it is known. */
  readonly totalKeys?: number;
}

/**
 * Finds out what a backfill has to work through, in about `parts` parts.
 *
 * @throws {ApplicationFailure} that is final if the bucket, the list or the inventory does not exist
 */
export async function planBackfill(
  { s3, database }: ActivityDependencies,
  { bucket, source, parts }: { bucket: string; source: KeySource; parts: number },
) {
  return await withHeartbeats(async (signal) => {
    await requireBucket(s3, bucket, signal);
    const startedAt = await databaseTime(database);
    const list = lister(s3, bucket, signal);
    const { prefix } = source;
    const problem = keyProblem(prefix);
    if (prefix !== '' && problem !== undefined)
      throw ApplicationFailure.nonRetryable(
        `No key begins with the prefix: it ${problem}.`,
        'UnusablePrefix',
      );
    if (source.kind === 'inventory')
      return { startedAt, ranges: await readManifest(s3, source, bucket, prefix, signal) };
    if (source.kind === 'listing')
      return { startedAt, ranges: await splitRange(list, { kind: 'listed-keys', prefix }, parts) };
    const totalKeys = await countKeyList(database, source.list);
    if (totalKeys === 0)
      throw ApplicationFailure.nonRetryable(`There is no list of keys ${source.list}.`, 'NoSuchKeyList');
    const whole: KeyRange = { ...source, kind: 'key-list-slice', from: 0, until: totalKeys };
    return { startedAt, totalKeys, ranges: await splitRange(list, whole, parts) };
  });
}

async function requireBucket(s3: S3Client, bucket: string, signal: AbortSignal): Promise<void> {
  const noBucket = () => ApplicationFailure.nonRetryable(`There is no bucket ${bucket}.`, 'NoSuchBucket');
  if (!isBucketName(bucket)) throw noBucket();
  try {
    await withRetries(
      (abortSignal) => s3.send(new HeadBucketCommand({ Bucket: bucket }), { abortSignal }),
      signal,
    );
  } catch (error) {
    const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    // A client that may read objects may lack the permission for the bucket.
    if (status === 403) return;
    if (status !== 404) throw error;
    throw noBucket();
  }
}

/** Keys of a list that are not worth being shared. */
const minListSlice = 100;

/** Cuts what is left of a range into about `parts` parts, so that several slots can work through it at once. */
export async function splitBackfillRange(
  { s3 }: ActivityDependencies,
  { bucket, range, parts }: { bucket: string; range: KeyRange; parts: number },
) {
  return await withHeartbeats((signal) => splitRange(lister(s3, bucket, signal), range, parts));
}

/** The parts of a range, in order; the range itself if it cannot be cut. */
async function splitRange(list: ListKeys, range: KeyRange, parts: number): Promise<KeyRange[]> {
  if (range.kind === 'key-list-slice') return splitSlice(range, parts);
  if (range.kind === 'inventory-file') return [range];
  return cutAt(range, await findBoundaries(list, range, parts));
}

function splitSlice(slice: KeyListSlice, parts: number): KeyRange[] {
  const size = Math.max(minListSlice, Math.ceil((slice.until - slice.from) / parts));
  const starts = Array.from(
    { length: Math.ceil((slice.until - slice.from) / size) },
    (_, index) => slice.from + index * size,
  );
  return starts.map((from) => ({ ...slice, from, until: Math.min(from + size, slice.until) }));
}

function cutAt(range: ListedKeys, boundaries: readonly string[]): KeyRange[] {
  if (boundaries.length === 0) return [{ ...range, indivisible: true }];
  const starts = [range.after, ...boundaries];
  return starts.map((after, index) => ({ ...range, after, until: boundaries[index] ?? range.until }));
}
