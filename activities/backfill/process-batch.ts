import type { ActivityDependencies } from '../dependencies.ts';
import { addCounts, type BackfillCounts } from './backfill-counts.ts';
import type { Batch } from './batch.ts';
import type { DeniedObject } from './denied-objects.ts';
import { indexStoredBuilds, ingestObjects, type Origin } from './ingest-objects.ts';
import { type Reading, readObjects } from './read-objects.ts';

/** What a backfill that writes nothing does with new and changed objects. */
export interface DryRun {
  /** Reads them, to tell the invalid ones; else they are only counted. */
  readonly validate: boolean;
}

/** What came of a batch. */
export interface BatchResult {
  /** Those of the comparison included. */
  readonly counts: BackfillCounts;
  readonly denied: readonly DeniedObject[];
}

/**
 * Reads, inserts and indexes what a batch is about.
 *
 * @throws what can pass, after everything of the batch that could be done is done
 */
export async function processBatch(
  dependencies: ActivityDependencies,
  origin: Origin,
  reading: Reading,
  batch: Batch,
  dryRun: DryRun | undefined,
): Promise<BatchResult> {
  if (dryRun && !dryRun.validate)
    return {
      counts: addCounts(
        batch.counts,
        tally(batch.wanted, ({ as }) => as),
      ),
      denied: [],
    };
  const objects = await readObjects(dependencies, reading, batch.wanted);
  const denied = objects.flatMap((object) =>
    object.status === 'denied' ? [{ key: object.object.key, reason: object.reason }] : [],
  );
  const found = addCounts(
    addCounts(batch.counts, { denied: denied.length }),
    tally(objects, ({ status, object }) => (status === 'unmodified' ? object.otherwise : object.as)),
  );
  if (dryRun) {
    throwFailure(objects);
    const faults = objects.flatMap(({ status }) =>
      status === 'invalid' || status === 'missing' ? [status] : [],
    );
    return {
      counts: addCounts(
        found,
        tally(faults, (status) => status),
      ),
      denied,
    };
  }
  const done = await ingestObjects(dependencies, origin, objects);
  const indexed = batch.unindexed.length === 0 ? 0 : await indexStoredBuilds(dependencies, batch.unindexed);
  throwFailure(objects);
  return { counts: addCounts(addCounts(found, done), { indexed }), denied };
}

/** One that could not be read is one too many: the batch is done again, and finds the others done. */
function throwFailure(objects: Awaited<ReturnType<typeof readObjects>>): void {
  const failed = objects.find((object) => object.status === 'failed');
  if (failed?.status === 'failed') throw failed.error;
}

function tally<T>(items: readonly T[], name: (item: T) => keyof BackfillCounts): Partial<BackfillCounts> {
  const counts: Partial<Record<keyof BackfillCounts, number>> = {};
  for (const item of items) counts[name(item)] = (counts[name(item)] ?? 0) + 1;
  return counts;
}
