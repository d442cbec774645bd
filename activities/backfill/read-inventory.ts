import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type CsvError, parse } from 'csv-parse';
import { decodeEventKey, isBuildhubKey } from '../../schema/s3/object-key.ts';
import type { KeyPage, ListedObject } from './key-page.ts';
import { type InventoryFile, restOf } from './key-range.ts';

/** Rows that are handed on together. */
const pageRows = 1_000;

/** The keys that one file of an S3 Inventory tells of: the current versions, without delete markers. */
export async function* inventoryPages(s3: S3Client, file: InventoryFile): AsyncGenerator<KeyPage> {
  const rows = await openRows(s3, file);
  try {
    let row = 0;
    let page: ListedObject[] = [];
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
  } finally {
    rows.destroy();
  }
}

async function openRows(s3: S3Client, { bucket, key, columns }: InventoryFile): Promise<Readable> {
  const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  if (!body) throw new Error(`S3 answered without a body for s3://${bucket}/${key}`);
  const parser = parse({ columns: [...columns], relax_column_count_more: true });
  const source = body as Readable;
  // An error of any of the three destroys all, and ends the reading of rows with it.
  const done = (error?: Error | CsvError | null) => {
    if (error && !parser.destroyed) parser.destroy(error);
  };
  return key.endsWith('.gz')
    ? pipeline(source, createGunzip(), parser, done)
    : pipeline(source, parser, done);
}

function readRow(record: Readonly<Record<string, string>>, prefix: string) {
  const { Key: encoded = '', ETag: etag, IsLatest: isLatest, IsDeleteMarker: isDeleteMarker } = record;
  if (isLatest === 'false' || isDeleteMarker === 'true') return undefined;
  const key = decodeEventKey(encoded);
  if (!isBuildhubKey(key) || !key.startsWith(prefix)) return undefined;
  return { key, etag: etag ? etag.replaceAll('"', '') : undefined };
}
