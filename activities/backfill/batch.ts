import type { KnownObject } from '../../drizzle/queries/bucket-comparison.ts';
import type { ListedObject } from '../../schema/s3/s3-object-write.ts';
import { addCounts, type BackfillCounts, noCounts } from './backfill-counts.ts';
import { type KeyPage, type KeyRange, restOf } from './key-range.ts';

/** Keys that are compared before their result is reported, if nothing has to be read. */
const maxKeys = 20_000;

/** Milliseconds after which the result is reported in any case. */
const maxAge = 2_000;

/** Some keys that were compared, in the order of their range, and what is to be done about them. */
export interface Batch {
  /** The result of the comparison alone. */
  readonly counts: BackfillCounts;
  readonly wanted: readonly WantedObject[];
  /** Builds that are in the table and not in the index. */
  readonly unindexed: readonly string[];
  /** What is left of the range after the batch; undefined if nothing is. */
  readonly rest: KeyRange | undefined;
}

/**
 * Compares pages of keys and puts them together, or takes them apart, to batches that are worth a statement each:
 * twenty pages can hold one new build, and one page a thousand.
 */
export async function* batchesOf(batching: {
  readonly range: KeyRange;
  readonly pages: AsyncIterable<KeyPage>;
  readonly compare: (keys: readonly string[]) => Promise<ReadonlyMap<string, KnownObject>>;
  /** Objects to be read that fill a batch. */
  readonly maxWanted: number;
  /** Whether to stop after the current batch. */
  readonly isOver: () => boolean;
}): AsyncGenerator<Batch> {
  let open = new OpenBatch();
  for await (const page of batching.pages) {
    const known = await batching.compare(page.objects.map(({ key }) => key));
    let counted = 0;
    for (const object of page.objects) {
      open.add(compareObject(object, known.get(object.key)));
      if (open.wanted.length < batching.maxWanted) continue;
      yield open.close(object.ordinal + 1 - counted, restOf(batching.range, object.position));
      if (batching.isOver()) return;
      counted = object.ordinal + 1;
      open = new OpenBatch();
    }
    const isOver = batching.isOver();
    if (isOver || page.rest === undefined || open.isOld || open.listed + page.listed > maxKeys) {
      yield open.close(page.listed - counted, page.rest);
      open = new OpenBatch();
    } else {
      open.listed += page.listed - counted;
    }
    if (isOver) return;
  }
}

class OpenBatch {
  listed = 0;
  readonly wanted: WantedObject[] = [];
  #counts = noCounts;
  readonly #unindexed: string[] = [];
  readonly #began = performance.now();

  get isOld(): boolean {
    return performance.now() - this.#began > maxAge;
  }

  add({ counts, wanted, unindexed }: ReturnType<typeof compareObject>): void {
    this.#counts = addCounts(this.#counts, { ...counts, matched: 1 });
    if (wanted) this.wanted.push(wanted);
    this.#unindexed.push(...unindexed);
  }

  /** @param listed keys since the last page that was added to `listed` */
  close(listed: number, rest: KeyRange | undefined): Batch {
    const counts = addCounts(this.#counts, { listed: this.listed + listed });
    return { counts, wanted: this.wanted, unindexed: this.#unindexed, rest };
  }
}

export interface WantedObject {
  readonly key: string;
  /** What it counts as, unless it turns out to have the known content. */
  readonly as: 'new' | 'changed';
  /** What it counts as if it does. */
  readonly otherwise: 'unchanged' | 'quarantinedBefore';
  readonly knownEtag?: string | undefined;
}

export interface Comparison {
  readonly counts: Partial<BackfillCounts>;
  readonly wanted?: WantedObject;
  readonly unindexed: readonly string[];
}

/**
 * Compares an object as it was listed with its row in the table.
 *
 * A row that this backfill itself has written belongs to an attempt that was cut off before its count was safe: it
 * counts as what it was then, so that the report is true whatever was killed in between.
 */
export function compareObject({ key, etag }: ListedObject, known: KnownObject | undefined): Comparison {
  if (known === undefined) return wanted({ key, as: 'new', otherwise: 'unchanged' });
  const isMissing = known.outcome === 'missing';
  const isSame = known.etag !== null && (etag === known.etag || (etag === undefined && known.isOwn));
  const otherwise = known.outcome === 'invalid' ? 'quarantinedBefore' : 'unchanged';
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
