import type { KeyRange, Position } from './key-range.ts';

/** A buildhub.json in a page. */
export interface ListedObject {
  readonly key: string;
  /** Without quotes; undefined where the source of the keys does not tell it. */
  readonly etag?: string | undefined;
  /** Where it stands in its range. */
  readonly position: Position;
  /** How many keys of the page come before it. */
  readonly ordinal: number;
}

/** Some hundreds of keys, of which only those of a buildhub.json are kept. */
export interface KeyPage {
  /** How many keys it had, of any kind. */
  readonly listed: number;
  readonly objects: readonly ListedObject[];
  /** What is left of the range after it; undefined where it is the last. */
  readonly rest?: KeyRange | undefined;
}
