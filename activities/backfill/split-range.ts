import type { S3Client } from '@aws-sdk/client-s3';
import type { ActivityDependencies } from '../dependencies.ts';
import { findBoundaries } from './find-boundaries.ts';
import type { KeyListSlice, KeyRange, ListedKeys } from './key-range.ts';
import { lister } from './list-keys.ts';

/** Keys of a list that are not worth being shared. */
const minListSlice = 100;

/** A range that is to be cut into about `parts` parts. */
export interface SplitRequest {
  readonly bucket: string;
  readonly range: KeyRange;
  readonly parts: number;
}

/** Cuts what is left of a range, so that it can be worked through at several places at once. */
export function makeSplitRange({ s3 }: Pick<ActivityDependencies, 's3'>) {
  return async function splitBackfillRange({ bucket, range, parts }: SplitRequest): Promise<KeyRange[]> {
    return await splitRange(s3, bucket, range, parts);
  };
}

/** The parts of a range, in order; the range itself where it cannot be cut. */
export async function splitRange(
  s3: S3Client,
  bucket: string,
  range: KeyRange,
  parts: number,
): Promise<KeyRange[]> {
  if (range.kind === 'key-list-slice') return splitSlice(range, parts);
  if (range.kind === 'inventory-file') return [range];
  return cutAt(range, await findBoundaries(lister(s3, bucket), range, parts));
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
  return starts.map((after, index) => {
    const until = boundaries[index] ?? range.until;
    return {
      kind: range.kind,
      prefix: range.prefix,
      ...(after !== undefined && { after }),
      ...(until !== undefined && { until }),
    };
  });
}
