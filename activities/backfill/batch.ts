import type { KnownObject } from '../../drizzle/queries/compare-objects.ts';
import { addCounts, type BackfillCounts, noCounts } from './backfill-counts.ts';
import { compareObject, type WantedObject } from './compare-page.ts';
import type { KeyPage } from './key-page.ts';
import { type KeyRange, restOf } from './key-range.ts';

/** Keys that are compared before what came of them is safe, where nothing has to be read. */
const maxKeys = 20_000;

/** Milliseconds after which the same. */
const maxAge = 2_000;

/** Some keys that were compared, in the order of their range, and what is to be done about them. */
export interface Batch {
  /** What the comparison alone tells. */
  readonly counts: BackfillCounts;
  readonly wanted: readonly WantedObject[];
  /** Builds that are in the table and not in the index. */
  readonly unindexed: readonly string[];
  /** What is left of the range after the batch; undefined where nothing is. */
  readonly rest: KeyRange | undefined;
}

/** What decides how pages become batches. */
export interface Batching {
  readonly range: KeyRange;
  readonly pages: AsyncIterable<KeyPage>;
  readonly compare: (keys: readonly string[]) => Promise<ReadonlyMap<string, KnownObject>>;
  /** Objects to be read that fill a batch. */
  readonly maxWanted: number;
  /** Whether to stop with the batch in hand. */
  readonly isOver: () => boolean;
}

/**
 * Compares pages of keys and puts them together, or takes them apart, to batches that are worth a statement each:
 * twenty pages can hold one new build, and one page a thousand.
 */
export async function* batchesOf(batching: Batching): AsyncGenerator<Batch> {
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

  /** @param listed keys since the last page that it was told of */
  close(listed: number, rest: KeyRange | undefined): Batch {
    const counts = addCounts(this.#counts, { listed: this.listed + listed });
    return { counts, wanted: this.wanted, unindexed: this.#unindexed, rest };
  }
}
