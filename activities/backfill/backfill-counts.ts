/*
 * Pure, since the workflow uses it, too.
 */

/** What a backfill has found and done. Each object is in one of `new`, `changed`, `unchanged` and `quarantinedBefore`. */
export interface BackfillCounts {
  /** Keys seen. */
  readonly listed: number;
  /** Those of a buildhub.json. */
  readonly matched: number;
  /** Objects that the table did not know. */
  readonly new: number;
  /** Objects that it knew with another ETag, or as missing. */
  readonly changed: number;
  readonly unchanged: number;
  /** Objects known to be invalid, with the same ETag still: not read again, which is what a retry is for. */
  readonly quarantinedBefore: number;
  /** Of the new and changed ones: not a valid build. A dry run knows only if it validates. */
  readonly invalid: number;
  /** Of the new and changed ones: gone when they were to be read. */
  readonly missing: number;
  /** Of the new and changed ones: S3 denies access, so the next backfill tries them again. */
  readonly denied: number;
  /** Builds inserted, twins of releases included. */
  readonly inserted: number;
  /** Builds put into the index, those included that were in the table but not in the index before. */
  readonly indexed: number;
}

/** The count of nothing. */
export const noCounts: BackfillCounts = {
  listed: 0,
  matched: 0,
  new: 0,
  changed: 0,
  unchanged: 0,
  quarantinedBefore: 0,
  invalid: 0,
  missing: 0,
  denied: 0,
  inserted: 0,
  indexed: 0,
};

const names = Object.keys(noCounts) as (keyof BackfillCounts)[];

/** The sum of both. */
export function addCounts(a: BackfillCounts, b: Partial<BackfillCounts>): BackfillCounts {
  const sum: Record<keyof BackfillCounts, number> = { ...a };
  for (const name of names) sum[name] += b[name] ?? 0;
  return sum;
}

/** An object to which S3 denies access, and why. */
export interface DeniedObject {
  readonly key: string;
  readonly reason: string;
}

/** How many of them a report names. */
const maxExamples = 10;

/** Both together, with the examples that a report names. */
export function addDenied(
  some: readonly DeniedObject[],
  others: readonly DeniedObject[],
): readonly DeniedObject[] {
  return [...some, ...others].slice(0, maxExamples);
}
