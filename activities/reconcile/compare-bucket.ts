import { S3ServiceException } from '@aws-sdk/client-s3';
import { ApplicationFailure } from '@temporalio/activity';
import { sampledKeys, type UnseenObject, unseenObjects } from '../../drizzle/queries/bucket-comparison.ts';
import { compareCodePoints } from '../../schema/compare-code-points.ts';
import { isBucketName } from '../../schema/s3/object-key.ts';
import { ingestWorkflowId } from '../../schema/s3/workflow-id.ts';
import { listedPages, lister } from '../backfill/list-keys.ts';
import { withHeartbeats } from '../current-attempt.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** Lists parts of the bucket, none of them twice, and compares them with the objects that were seen, a page a query. */
export async function compareBucket(
  { s3, database }: ActivityDependencies,
  input: {
    readonly bucket: string;
    /** Keys behind which a page is listed each; `''` is the first page of the bucket. */
    readonly starts: readonly string[];
    /** Pages behind each. */
    readonly pages: number;
    /** Maximum number of objects returned. */
    readonly limit: number;
  },
) {
  const { bucket, starts, pages, limit } = input;
  if (!isBucketName(bucket)) throw noBucket(bucket);
  let done = {
    listed: 0,
    /** Of these, those that are a buildhub.json. */
    matched: 0,
    unseen: 0,
    changed: 0,
    /** The first of both. */
    objects: [] as UnseenObject[],
    /** The last key, if more follow behind the last start. */
    next: undefined as string | undefined,
  };
  await withHeartbeats(
    async (signal) => {
      const list = lister(s3, bucket, signal);
      // Behind keys that are near each other lie the same pages, which count once.
      let reached: string | undefined = '';
      for (const start of starts.toSorted(compareCodePoints)) {
        if (reached === undefined || compareCodePoints(start, reached) < 0) continue;
        let left = pages;
        for await (const page of listedPages(list, { kind: 'listed-keys', prefix: '', after: start })) {
          const unseen = await unseenObjects(database, bucket, page.objects);
          const changed = unseen.filter(({ state }) => state === 'changed').length;
          reached = page.rest?.after;
          done = {
            listed: done.listed + page.listed,
            matched: done.matched + page.objects.length,
            unseen: done.unseen + unseen.length - changed,
            changed: done.changed + changed,
            objects: [...done.objects, ...unseen.map(({ key, etag, state }) => ({ key, etag, state }))].slice(
              0,
              limit,
            ),
            next: reached,
          };
          left -= 1;
          if (left === 0) break;
        }
      }
    },
    () => ({ listed: done.listed }),
  ).catch((error) => {
    throw error instanceof S3ServiceException && error.name === 'NoSuchBucket' ? noBucket(bucket) : error;
  });
  return done;
}

function noBucket(bucket: string): ApplicationFailure {
  const message = `There is no bucket ${bucket}; S3_BUCKET says which one is compared.`;
  return ApplicationFailure.nonRetryable(message, 'NoSuchBucket');
}

/** Chooses known keys, others for another number of the sample, and the start of the bucket. */
export async function sampleKeys(
  { database }: ActivityDependencies,
  { bucket, count, sample }: { bucket: string; count: number; sample: number },
) {
  return ['', ...(await sampledKeys(database, bucket, count, sample))];
}

export interface ObjectToIngest extends UnseenObject {
  readonly workflowId: string;
}

/** Of objects that were unseen some time ago, those that are so still: the others were on their way. */
export async function recheckObjects(
  { database }: ActivityDependencies,
  { bucket, objects }: { bucket: string; objects: readonly UnseenObject[] },
) {
  const still = await unseenObjects(database, bucket, objects);
  return still.map((object) => ({
    ...object,
    workflowId: ingestWorkflowId([{ bucket, key: object.key, etag: object.etag }]),
  }));
}
