import type { ListedObject } from '../../schema/s3/s3-object-write.ts';

/*
 * Pure types and functions, which the workflow uses too.
 */

/** Keys of a bucket in the order that S3 lists them: after `after`, up to and with `until`. */
export interface ListedKeys {
  readonly kind: 'listed-keys';
  /** Empty for the whole bucket. */
  readonly prefix: string;
  readonly after?: string | undefined;
  readonly until?: string | undefined;
  /** No place to cut it was found. */
  readonly indivisible?: boolean;
}

/** Keys of a list that is kept in PostgreSQL, by their number in it, `from` included and `until` not. */
export interface KeyListSlice {
  readonly kind: 'key-list-slice';
  readonly list: string;
  readonly prefix: string;
  readonly from: number;
  readonly until: number;
}

/** Rows of one file of an S3 Inventory. */
export interface InventoryFile {
  readonly kind: 'inventory-file';
  /** Where the file is; it may list another bucket. */
  readonly bucket: string;
  readonly key: string;
  /** Names of its columns, as the manifest has them. */
  readonly columns: readonly string[];
  readonly prefix: string;
  /** Rows that are dealt with already. */
  readonly skip: number;
  /** Bytes. */
  readonly size: number;
}

/** A part of what a backfill works through. What is left of one is a range again, which is how it resumes. */
export type KeyRange = ListedKeys | KeyListSlice | InventoryFile;

/** Where something stands in a range: a key, or how many keys or rows come before and with it. */
export type Position = string | number;

export function restOf(range: KeyRange, position: Position): KeyRange {
  if (range.kind === 'listed-keys') return { ...range, after: String(position) };
  if (range.kind === 'key-list-slice') return { ...range, from: Number(position) };
  return { ...range, skip: Number(position) };
}

/** A buildhub.json in a page, without an ETag if the source of the keys does not have it. */
export interface PageObject extends ListedObject {
  readonly position: Position;
  /** How many keys of the page come before it. */
  readonly ordinal: number;
}

/** Some hundreds of keys, of which only those of a buildhub.json are kept. */
export interface KeyPage {
  /** How many keys it had, of any kind. */
  readonly listed: number;
  readonly objects: readonly PageObject[];
  /** What is left of the range after it; undefined if it is the last. */
  readonly rest?: KeyRange | undefined;
}
