import { HeadBucketCommand, S3ServiceException } from '@aws-sdk/client-s3';
import { ApplicationFailure } from '@temporalio/activity';
import { databaseTime } from '../../drizzle/queries/database-clock.ts';
import { countKeyList } from '../../drizzle/queries/key-lists.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { readManifest } from './inventory-manifest.ts';
import type { KeyRange } from './key-range.ts';
import { splitRange } from './split-range.ts';

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

/** How a backfill begins. */
export interface BackfillPlan {
  readonly ranges: readonly KeyRange[];
  /** By the clock of PostgreSQL, ISO 8601. */
  readonly startedAt: string;
  /** Keys that there are in all, where it is known. */
  readonly totalKeys?: number;
}

/**
 * Finds out what a backfill has to work through, in about `parts` parts.
 *
 * @throws {ApplicationFailure} that is final where the bucket, the list or the inventory does not exist
 */
export function makePlanBackfill(dependencies: ActivityDependencies) {
  return async function planBackfill(input: {
    readonly bucket: string;
    readonly source: KeySource;
    readonly parts: number;
  }): Promise<BackfillPlan> {
    const { bucket, source, parts } = input;
    await requireBucket(dependencies, bucket);
    const startedAt = await databaseTime(dependencies.database);
    if (source.kind === 'inventory')
      return { startedAt, ranges: await readManifest(dependencies.s3, source, bucket, source.prefix) };
    if (source.kind === 'listing') {
      const whole: KeyRange = { kind: 'listed-keys', prefix: source.prefix };
      return { startedAt, ranges: await splitRange(dependencies.s3, bucket, whole, parts) };
    }
    const totalKeys = await countKeyList(dependencies.database, source.list);
    if (totalKeys === 0)
      throw ApplicationFailure.nonRetryable(`There is no list of keys ${source.list}.`, 'NoSuchKeyList');
    const { list, prefix } = source;
    const whole: KeyRange = { kind: 'key-list-slice', list, prefix, from: 0, until: totalKeys };
    return { startedAt, totalKeys, ranges: await splitRange(dependencies.s3, bucket, whole, parts) };
  };
}

async function requireBucket({ s3 }: Pick<ActivityDependencies, 's3'>, bucket: string): Promise<void> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket }));
  } catch (error) {
    const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    // Who may read objects need not be allowed to ask for the bucket.
    if (status === 403) return;
    if (status !== 404) throw error;
    throw ApplicationFailure.nonRetryable(`There is no bucket ${bucket}.`, 'NoSuchBucket');
  }
}
