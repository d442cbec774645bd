import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import {
  GetObjectCommand,
  NoSuchBucket,
  NoSuchKey,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { ApplicationFailure } from '@temporalio/activity';
import { CsvError, parse } from 'csv-parse';
import { z } from 'zod';
import { decodeEventKey, isBucketName, isBuildhubKey, keyProblem } from '../../schema/s3/object-key.ts';
import { type InventoryFile, type KeyPage, type PageObject, restOf } from './key-range.ts';
import { withRetries } from './s3-request.ts';

const manifest = z.object({
  sourceBucket: z.string(),
  fileFormat: z.string(),
  fileSchema: z.string(),
  files: z.array(z.object({ key: z.string(), size: z.number().default(0) })),
});

/** Bytes of JSON of all files of an inventory: the workflow is given them in one payload, of which Temporal takes 2 MB. */
const maxPlan = 1_500_000;

/**
 * Reads which files an S3 Inventory has.
 *
 * @param sourceBucket the bucket that the inventory has to be about
 * @throws {ApplicationFailure} that is final, and says why, if there is no such manifest or it cannot be used;
 * whatever can pass otherwise
 */
export async function readManifest(
  s3: S3Client,
  { bucket, key }: { readonly bucket: string; readonly key: string },
  sourceBucket: string,
  prefix: string,
  signal: AbortSignal,
): Promise<InventoryFile[]> {
  const refuse = (reason: string) =>
    ApplicationFailure.nonRetryable(`s3://${bucket}/${key} ${reason}`, 'UnusableInventory');
  if (!isBucketName(bucket)) throw refuse('does not exist.');
  let text: string;
  try {
    text = await withRetries(async (abortSignal) => {
      const command = new GetObjectCommand({ Bucket: bucket, Key: key });
      const { Body: body } = await s3.send(command, { abortSignal });
      return (await body?.transformToString()) ?? '';
    }, signal);
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
  if (!data) throw refuse(`is not a manifest of an S3 Inventory: ${z.prettifyError(error)}`);
  if (data.fileFormat !== 'CSV')
    throw refuse(
      `lists files of format ${data.fileFormat}; only CSV can be read: configure an inventory as CSV.`,
    );
  if (data.sourceBucket !== sourceBucket)
    throw refuse(`is about the bucket ${data.sourceBucket}, and the backfill about ${sourceBucket}.`);
  const columns = data.fileSchema.split(',').map((name) => name.trim());
  if (!columns.includes('Key')) throw refuse(`has no column Key, only ${data.fileSchema}.`);
  const files = data.files.map(
    (file): InventoryFile => ({
      kind: 'inventory-file',
      bucket,
      key: file.key,
      size: file.size,
      columns,
      prefix,
      skip: 0,
    }),
  );
  if (Buffer.byteLength(JSON.stringify(files)) > maxPlan)
    throw refuse(`lists ${files.length} files, more than a backfill can take: run it without an inventory.`);
  return files;
}

const pageRows = 1_000;

/**
 * The keys in one file of an S3 Inventory: the current versions, without delete markers.
 *
 * @throws {ApplicationFailure} that is final if the file does not exist or is broken; whatever can pass otherwise
 */
export async function* inventoryPages(
  s3: S3Client,
  file: InventoryFile,
  signal: AbortSignal,
): AsyncGenerator<KeyPage> {
  const rows = openRows(s3, file, signal);
  try {
    let row = 0;
    let page: PageObject[] = [];
    let listed = 0;
    for await (const record of rows as AsyncIterable<Record<string, string>>) {
      row += 1;
      if (row <= file.skip) continue;
      const object = readRow(record, file.prefix);
      if (object) page.push({ ...object, position: row, ordinal: listed });
      listed += 1;
      if (listed < pageRows) continue;
      yield { listed, objects: page, rest: restOf(file, row) };
      [page, listed] = [[], 0];
    }
    yield { listed, objects: page };
  } catch (error) {
    if (!isBroken(error)) throw error;
    const { message } = error as Error;
    throw ApplicationFailure.nonRetryable(
      `s3://${file.bucket}/${file.key} cannot be read as a file of an S3 Inventory: ${message}`,
      'UnusableInventory',
    );
  } finally {
    rows.destroy();
  }
}

/** Whether reading an inventory file failed because of its content, or because the file is empty or does not exist. */
function isBroken(error: unknown): boolean {
  if (error instanceof S3ServiceException && error.name === 'InvalidRange') return true;
  if (error instanceof CsvError || error instanceof NoSuchKey) return true;
  return error instanceof Error && 'code' in error && /^Z_/.test(String(error.code));
}

function openRows(s3: S3Client, file: InventoryFile, signal: AbortSignal): Readable {
  const parser = parse({ columns: [...file.columns], relax_column_count_more: true });
  const source = Readable.from(readInParts(s3, file, signal));
  // An error of any of the three destroys all, and ends the reading of rows with it.
  const done = (error?: Error | CsvError | null) => {
    if (error && !parser.destroyed) parser.destroy(error);
  };
  return file.key.endsWith('.gz')
    ? pipeline(source, createGunzip(), parser, done)
    : pipeline(source, parser, done);
}

/** Bytes of a file that one request reads. */
const partSize = 8_000_000;

/**
 * The bytes of a file, a part with each request: while the rows of a part are ingested, which can take minutes, no
 * connection waits and is taken for a stalled one.
 */
async function* readInParts(s3: S3Client, { bucket, key }: InventoryFile, signal: AbortSignal) {
  for (let from = 0, size = Number.POSITIVE_INFINITY; from < size; ) {
    const command = new GetObjectCommand({
      Bucket: bucket,
      Key: key,
      Range: `bytes=${from}-${from + partSize - 1}`,
    });
    const part = await withRetries(async (abortSignal) => {
      const { Body: body, ContentRange: range = '' } = await s3.send(command, { abortSignal });
      const bytes = (await body?.transformToByteArray()) ?? new Uint8Array();
      return { bytes, size: Number(range.split('/')[1]) || bytes.length };
    }, signal);
    yield part.bytes;
    from += part.bytes.length;
    size = part.bytes.length === 0 ? from : part.size;
  }
}

function readRow(record: Readonly<Record<string, string>>, prefix: string) {
  const { Key: encoded = '', ETag: etag, IsLatest: isLatest, IsDeleteMarker: isDeleteMarker } = record;
  if (isLatest === 'false' || isDeleteMarker === 'true') return undefined;
  const key = decodeEventKey(encoded);
  if (!isBuildhubKey(key) || keyProblem(key) !== undefined || !key.startsWith(prefix)) return undefined;
  return { key, etag: etag ? etag.replaceAll('"', '') : undefined };
}
