import { GetObjectCommand, NoSuchBucket, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';
import { ApplicationFailure } from '@temporalio/activity';
import { z } from 'zod';
import type { InventoryFile } from './key-range.ts';

const manifest = z.object({
  sourceBucket: z.string(),
  fileFormat: z.string(),
  fileSchema: z.string(),
  files: z.array(z.object({ key: z.string(), size: z.number().default(0) })),
});

/** Where the manifest.json of an S3 Inventory is. */
export interface ManifestAddress {
  readonly bucket: string;
  readonly key: string;
}

/**
 * Reads which files an S3 Inventory has.
 *
 * @param sourceBucket the bucket that the inventory has to be about
 * @throws {ApplicationFailure} that is final, and says why, where there is no such manifest or it is of no use here;
 * whatever can pass otherwise
 */
export async function readManifest(
  s3: S3Client,
  { bucket, key }: ManifestAddress,
  sourceBucket: string,
  prefix: string,
): Promise<InventoryFile[]> {
  const refuse = (reason: string) =>
    ApplicationFailure.nonRetryable(`s3://${bucket}/${key} ${reason}`, 'UnusableInventory');
  let text: string;
  try {
    const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    text = (await body?.transformToString()) ?? '';
  } catch (error) {
    if (error instanceof NoSuchKey || error instanceof NoSuchBucket) throw refuse('does not exist.');
    throw error;
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw refuse('is not JSON: give the address of the manifest.json of an S3 Inventory.');
  }
  const { data, error } = manifest.safeParse(json);
  if (!data) throw refuse(`is no manifest of an S3 Inventory: ${z.prettifyError(error)}`);
  if (data.fileFormat !== 'CSV')
    throw refuse(
      `lists files of format ${data.fileFormat}; only CSV can be read: configure an inventory as CSV.`,
    );
  if (data.sourceBucket !== sourceBucket)
    throw refuse(`is about the bucket ${data.sourceBucket}, and the backfill about ${sourceBucket}.`);
  const columns = data.fileSchema.split(',').map((name) => name.trim());
  if (!columns.includes('Key')) throw refuse(`has no column Key, only ${data.fileSchema}.`);
  return data.files.map((file) => ({
    kind: 'inventory-file',
    bucket,
    key: file.key,
    size: file.size,
    columns,
    prefix,
    skip: 0,
  }));
}
