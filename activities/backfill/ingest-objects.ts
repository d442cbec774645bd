import { readBuildsOfIds } from '../../drizzle/queries/builds.ts';
import { insertBuildsOfObjects, type ObjectBuilds } from '../../drizzle/queries/insert-builds.ts';
import { type ObjectAttempt, recordObjects } from '../../drizzle/queries/objects.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { indexAndMark } from '../ingest/index-builds.ts';
import { addCounts, type BackfillCounts, noCounts } from './backfill-counts.ts';
import type { ReadObject } from './read-objects.ts';

/** Maximum number of characters of JSON in one statement. */
const maxGroupSize = 8_000_000;

type Stores = Pick<
  ActivityDependencies,
  'database' | 'elasticsearch' | 'indexAlias' | 'refreshInterval' | 'metadata'
>;

type ValidObject = Extract<ReadObject, { status: 'valid' }>;

/** The bucket, the workflow run on whose behalf objects are ingested, and when the first of them was read. */
type Origin = Pick<ObjectAttempt, 'bucket' | 'workflowId' | 'runId' | 'readAt'>;

/**
 * Brings objects that were read into PostgreSQL and Elasticsearch: their builds in one statement, the objects in
 * another, the documents in one `_bulk` request. Those that are not a valid build are quarantined, as the live path does it.
 *
 * @returns what was inserted, indexed and quarantined; the objects themselves are not counted
 */
export async function ingestObjects(
  stores: Stores,
  origin: Origin,
  objects: readonly ReadObject[],
): Promise<BackfillCounts> {
  const withoutBuild = objects.flatMap((object) =>
    object.status === 'invalid' || object.status === 'missing'
      ? [
          {
            ...origin,
            key: object.object.key,
            etag: object.status === 'invalid' ? object.etag : undefined,
            outcome: object.status,
            reason: object.reason,
          },
        ]
      : [],
  );
  await recordObjects(stores.database, withoutBuild);
  let counts = addCounts(noCounts, {
    invalid: withoutBuild.filter(({ outcome }) => outcome === 'invalid').length,
    missing: withoutBuild.filter(({ outcome }) => outcome === 'missing').length,
  });
  const valid = objects.filter((object) => object.status === 'valid');
  for (const group of inGroups(valid)) counts = addCounts(counts, await ingestGroup(stores, origin, group));
  return counts;
}

/** Puts builds into the index that are in the table and were never acknowledged. Returns how many there are now. */
export async function indexStoredBuilds(stores: Stores, ids: readonly string[]): Promise<number> {
  const refused = await indexAndMark(stores, await readBuildsOfIds(stores.database, ids));
  return ids.length - refused.size;
}

async function ingestGroup(
  stores: Stores,
  origin: Origin,
  group: readonly ValidObject[],
): Promise<Partial<BackfillCounts>> {
  const attempts: ObjectBuilds[] = group.map(({ object: { key }, etag, builds }) => ({
    ...origin,
    key,
    etag,
    builds,
  }));
  const stored = await insertBuildsOfObjects(stores.database, attempts, stores.metadata);
  const texts = new Map(attempts.flatMap(({ builds }) => builds.map(({ hash, text }) => [hash, text])));
  // One document each, although several objects may hold the same build.
  const toIndex = new Map(
    stored.flat().flatMap(({ id, hash, indexed }) => (indexed ? [] : [[id, texts.get(hash) ?? '']])),
  );
  const refused = await indexAndMark(
    stores,
    [...toIndex].map(([id, text]) => ({ id, text })),
  );
  const refusals = attempts.flatMap((attempt, place) => {
    const [reason] = stored[place]?.flatMap(({ id }) => refused.get(id) ?? []) ?? [];
    return reason === undefined ? [] : [{ ...attempt, outcome: 'invalid' as const, reason }];
  });
  await recordObjects(stores.database, refusals);
  return {
    inserted: stored.flat().filter(({ created }) => created).length,
    indexed: toIndex.size - refused.size,
    invalid: refusals.length,
  };
}

/** The objects in order, in groups of up to {@link maxGroupSize}; one that is larger has a group of its own. */
function inGroups(objects: readonly ValidObject[]): ValidObject[][] {
  const groups: ValidObject[][] = [];
  let total = 0;
  for (const object of objects) {
    const size = object.builds.reduce((sum, { text }) => sum + text.length, 0);
    const group = groups.at(-1);
    if (group && total + size <= maxGroupSize) {
      group.push(object);
      total += size;
    } else {
      groups.push([object]);
      total = size;
    }
  }
  return groups;
}
