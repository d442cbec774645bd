/*
 * Pure, since the workflow uses it, too.
 */

/** The count of nothing. Each object is in one of `new`, `changed`, `unchanged` and `quarantinedBefore`. */
export const noCounts = {
  /** Keys seen. */
  listed: 0,
  /** Those of a buildhub.json. */
  matched: 0,
  /** Objects that the table did not know. */
  new: 0,
  /** Objects that it knew with another ETag, or as missing. */
  changed: 0,
  unchanged: 0,
  /** Objects known to be invalid, with the same ETag still: not read again, which is what a retry is for. */
  quarantinedBefore: 0,
  /** Of the new and changed ones: not a valid build. A dry run knows only if it validates. */
  invalid: 0,
  /** Of the new and changed ones: gone when they were to be read. */
  missing: 0,
  /** Of the new and changed ones: S3 denies access, so the next backfill tries them again. */
  denied: 0,
  /** Builds inserted, twins of releases included. */
  inserted: 0,
  /** Builds put into the index, those included that were in the table but not in the index before. */
  indexed: 0,
};

export type BackfillCounts = Readonly<typeof noCounts>;

export function addCounts(a: BackfillCounts, b: Partial<BackfillCounts>): BackfillCounts {
  const sum = { ...a };
  for (const name of Object.keys(noCounts) as (keyof BackfillCounts)[]) sum[name] += b[name] ?? 0;
  return sum;
}

export interface DeniedObject {
  readonly key: string;
  readonly reason: string;
}

const maxExamples = 10;

export function addDenied(
  some: readonly DeniedObject[],
  others: readonly DeniedObject[],
): readonly DeniedObject[] {
  return [...some, ...others].slice(0, maxExamples);
}
