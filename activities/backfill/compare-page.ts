import type { KnownObject } from '../../drizzle/queries/compare-objects.ts';
import type { BackfillCounts } from './backfill-counts.ts';
import type { ListedObject } from './key-page.ts';

/** An object to read. */
export interface WantedObject {
  readonly key: string;
  /** What it counts as, unless it turns out to have the known content. */
  readonly as: 'new' | 'changed';
  /** What it counts as where it does. */
  readonly otherwise: 'unchanged' | 'setApartBefore';
  readonly knownEtag?: string | undefined;
}

/** What an object of a page means for the backfill. */
export interface Comparison {
  readonly counts: Partial<BackfillCounts>;
  readonly wanted?: WantedObject;
  /** Builds that are in the table and not in the index. */
  readonly unindexed: readonly string[];
}

/**
 * Compares an object as it was listed with what the table knows of it.
 *
 * A row that this backfill itself has written belongs to an attempt that was cut off before its count was safe: it
 * counts as what it was then, so that the report is true whatever was killed in between.
 */
export function compareObject({ key, etag }: ListedObject, known: KnownObject | undefined): Comparison {
  if (known === undefined) return wanted({ key, as: 'new', otherwise: 'unchanged' });
  const isMissing = known.outcome === 'missing';
  const isSame = known.etag !== null && (etag === known.etag || (etag === undefined && known.isOwn));
  const otherwise = known.outcome === 'invalid' ? 'setApartBefore' : 'unchanged';
  if (isMissing || !isSame) {
    const as = known.isOwn && known.attempts === 1 ? 'new' : 'changed';
    const knownEtag = isMissing ? undefined : (known.etag ?? undefined);
    return wanted({ key, as, otherwise, knownEtag });
  }
  const unindexed = known.outcome === 'invalid' ? [] : known.unindexed;
  if (!known.isOwn) return { counts: { [otherwise]: 1 }, unindexed };
  return {
    counts: {
      [known.attempts === 1 ? 'new' : 'changed']: 1,
      invalid: known.outcome === 'invalid' ? 1 : 0,
      inserted: known.inserted,
      indexed: Math.max(0, known.inserted - known.unindexed.length),
    },
    unindexed,
  };
}

function wanted(object: WantedObject): Comparison {
  return { counts: {}, wanted: object, unindexed: [] };
}
