import { ApplicationFailure } from '@temporalio/activity';
import {
  databaseTime,
  differingDocuments,
  type IdRange,
  idsIndexedBefore,
  idsWithoutBuild,
  measureBuilds,
  readIds,
  readUnindexedIds,
} from '../../drizzle/queries/build-walks.ts';
import { markIndexed, readBuildsOfIds } from '../../drizzle/queries/builds.ts';
import {
  closeSnapshot,
  isSnapshotGone,
  missingDocuments,
  openSnapshot,
  snapshotIds,
  snapshotSources,
  snapshotTarget,
} from '../../elasticsearch/snapshot.ts';
import {
  deleteDocuments,
  firstRefusals,
  type Refusal,
  writeBuilds,
} from '../../elasticsearch/write-builds.ts';
import { lastHeartbeat, withHeartbeats } from '../current-attempt.ts';
import { orGone, type Stores } from '../reindex/fill-range.ts';

export interface IndexSnapshot {
  /** Of the point in time in Elasticsearch. */
  readonly id: string;
  readonly documents: number;
  /** Of the table: beyond a million an estimate. */
  readonly rows: number;
  /** A moment before it, by PostgreSQL's clock: what was acknowledged earlier must be in it. */
  readonly since: string;
  /** The largest id of a build that can be in it. */
  readonly upTo: string;
}

export async function openIndexSnapshot({ database, elasticsearch, indexAlias }: Stores) {
  const since = await databaseTime(database);
  const snapshot = await openSnapshot(elasticsearch, indexAlias);
  const { rows, largestId: upTo } = await measureBuilds(database);
  return { since, ...snapshot, rows, upTo };
}

export async function closeIndexSnapshot({ elasticsearch }: Stores, id: string) {
  await closeSnapshot(elasticsearch, id);
}

/** Turns the loss of a snapshot into a failure that is not retried: the comparison has to begin with another one. */
function orSnapshotGone(error: unknown): never {
  if (!isSnapshotGone(error)) throw error;
  throw ApplicationFailure.create({
    type: 'SnapshotGone',
    message: 'Elasticsearch no longer has the snapshot of the index',
    nonRetryable: true,
    cause: error as Error,
  });
}

/** Documents whose contents are compared at once. A smaller range is compared whole when a sample is wanted. */
const contentsAtOnce = 500;

/** One of so many documents is in a sample. */
const sampleInterval = 20;

export type Extent = 'none' | 'sample' | 'whole';

interface CompareRangeInput extends IdRange {
  readonly snapshot: IndexSnapshot;
  /** Which documents are compared by content too. */
  readonly contents: Extent;
  /** Number of the sample: the same number is the same sample. */
  readonly sample: number;
  /** Maximum number of ids of each kind that are returned: the history of the workflow keeps them. */
  readonly maxIds: number;
}

export async function compareRange({ database, elasticsearch }: Stores, input: CompareRangeInput) {
  const { snapshot, after, upTo, maxIds } = input;
  const differenceOf = (ids: readonly string[]) => ({ count: ids.length, ids: ids.slice(0, maxIds) });
  return await withHeartbeats(async (signal) => {
    const ids = await readIds(database, { after, upTo });
    const target = snapshotTarget(snapshot.id);
    const absent = await missingDocuments(elasticsearch, target, ids, signal);
    const missing = absent.length === 0 ? [] : await idsIndexedBefore(database, absent, snapshot.since);
    const differing: string[] = [];
    let compared = 0;
    const chosen = chosenIds(ids, input);
    for (let from = 0; from < chosen.length; from += contentsAtOnce) {
      const some = chosen.slice(from, from + contentsAtOnce);
      const sources = await snapshotSources(elasticsearch, snapshot.id, some, signal);
      compared += sources.length;
      differing.push(...(await differingDocuments(database, sources)));
    }
    const documents = ids.length - absent.length;
    const differences = { missing: differenceOf(missing), differing: differenceOf(differing) };
    return { rows: ids.length, documents, compared, ...differences };
  }).catch(orSnapshotGone);
}

function chosenIds(ids: readonly string[], { contents, sample }: CompareRangeInput): readonly string[] {
  if (contents === 'none') return [];
  if (contents === 'whole' || ids.length <= contentsAtOnce) return ids;
  return ids.filter((id) => Number(BigInt(id) % BigInt(sampleInterval)) === sample % sampleInterval);
}

/** Writes builds into the live index again. Returns the number that Elasticsearch has taken. */
export async function rewriteDocuments(
  { database, elasticsearch, indexAlias }: Stores,
  ids: readonly string[],
) {
  return await withHeartbeats(async (signal) => {
    const builds = await readBuildsOfIds(database, ids);
    return (await writeBuilds(elasticsearch, indexAlias, builds, signal)).documents;
  }).catch(orGone);
}

export interface Orphans {
  readonly found: number;
  readonly deleted: number;
  /** Ids of the first few. */
  readonly examples: readonly string[];
}

/**
 * Goes through all documents of a snapshot and finds those that belong to no build, as Buildhub2's backfill left them. A
 * build is committed before its document is written, so what has no row now never had one. If `deleteUpTo` is set they
 * are deleted, and the activity fails before it would delete more than this.
 *
 * @throws {ApplicationFailure} not to be retried, of type `TooManyOrphans`, if there are more than were counted before:
 * the database is no longer the one that they were counted in
 */
export async function findOrphans(
  { database, elasticsearch, indexAlias }: Stores,
  { snapshot, deleteUpTo }: { snapshot: string; deleteUpTo?: number },
) {
  let orphans: Orphans = { found: 0, deleted: 0, examples: [] };
  await withHeartbeats(
    async (signal) => {
      for await (const ids of snapshotIds(elasticsearch, snapshot, signal)) {
        const without = await idsWithoutBuild(database, ids);
        const found = orphans.found + without.length;
        if (deleteUpTo !== undefined) {
          if (found > deleteUpTo)
            throw ApplicationFailure.nonRetryable(
              `There are more documents without a build than the ${deleteUpTo} that were counted: the database has changed.`,
              'TooManyOrphans',
            );
          await deleteDocuments(elasticsearch, indexAlias, without);
        }
        orphans = {
          found,
          deleted: deleteUpTo === undefined ? 0 : found,
          examples: [...orphans.examples, ...without].slice(0, 10),
        };
      }
    },
    () => orphans,
  ).catch(orSnapshotGone);
  return orphans;
}

const pageSize = 1_000;

export interface Unindexed {
  readonly found: number;
  /** Of these, those that it acknowledged just now. */
  readonly repaired: number;
  readonly refused: number;
  readonly refusals: readonly Refusal[];
  /** Ids of the first few. */
  readonly examples: readonly string[];
}

/**
 * Finds builds that Elasticsearch has not acknowledged and, if that is wanted, indexes them. A build that was made within
 * `graceSeconds` may be on its way still.
 */
export async function repairUnindexed(
  { database, elasticsearch, indexAlias }: Stores,
  { repair, graceSeconds }: { repair: boolean; graceSeconds: number },
) {
  let state = lastHeartbeat<{ last: string; done: Unindexed }>() ?? {
    last: '0',
    done: { found: 0, repaired: 0, refused: 0, refusals: [], examples: [] },
  };
  await withHeartbeats(
    async (signal) => {
      for (;;) {
        signal.throwIfAborted();
        const ids = await readUnindexedIds(database, state.last, pageSize, graceSeconds);
        const last = ids.at(-1) ?? state.last;
        const refused = repair ? await index(ids, signal) : [];
        const { done } = state;
        state = {
          last,
          done: {
            found: done.found + ids.length,
            repaired: done.repaired + (repair ? ids.length - refused.length : 0),
            refused: done.refused + refused.length,
            refusals: firstRefusals([...done.refusals, ...refused]),
            examples: [...done.examples, ...ids].slice(0, 10),
          },
        };
        // What has grown old enough only now is for the next time.
        if (ids.length < pageSize) return;
      }
    },
    () => state,
  ).catch(orGone);
  return state.done;

  async function index(ids: readonly string[], signal: AbortSignal): Promise<readonly Refusal[]> {
    const builds = await readBuildsOfIds(database, ids);
    const { refused } = await writeBuilds(elasticsearch, indexAlias, builds, signal);
    const refusedIds = new Set(refused.map(({ id }) => id));
    await markIndexed(
      database,
      ids.filter((id) => !refusedIds.has(id)),
    );
    return refused;
  }
}
