import { ApplicationFailure } from '@temporalio/activity';
import {
  databaseTime,
  differingDocuments,
  type IdRange,
  idsIndexedBefore,
  idsWithoutBuild,
  largestBuildId,
  readIds,
} from '../../drizzle/queries/build-walks.ts';
import { readBuildsOfIds } from '../../drizzle/queries/builds.ts';
import {
  closeSnapshot,
  isSnapshotGone,
  missingDocuments,
  openSnapshot,
  snapshotIds,
  snapshotSources,
  snapshotTarget,
} from '../../elasticsearch/snapshot.ts';
import { deleteDocuments, writeBuilds } from '../../elasticsearch/write-builds.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { withHeartbeats } from '../heartbeats.ts';
import { orGone } from '../reindex/fill-range.ts';

/** The live index as it was at a moment, to be compared with the table. */
export interface IndexSnapshot {
  /** Of the point in time in Elasticsearch. */
  readonly id: string;
  readonly documents: number;
  /** A moment before it, by PostgreSQL's clock: what was acknowledged earlier must be in it. */
  readonly since: string;
  /** The largest id of a build that can be in it. */
  readonly upTo: string;
}

/** Takes a snapshot of the live index. */
export function makeOpenIndexSnapshot({
  database,
  elasticsearch,
  indexAlias,
}: Pick<ActivityDependencies, 'database' | 'elasticsearch' | 'indexAlias'>) {
  return async function openIndexSnapshot(): Promise<IndexSnapshot> {
    const since = await databaseTime(database);
    const snapshot = await openSnapshot(elasticsearch, indexAlias);
    return { since, ...snapshot, upTo: await largestBuildId(database) };
  };
}

/** Lets a snapshot go. */
export function makeCloseIndexSnapshot({ elasticsearch }: Pick<ActivityDependencies, 'elasticsearch'>) {
  return async function closeIndexSnapshot(id: string): Promise<void> {
    await closeSnapshot(elasticsearch, id);
  };
}

/** Turns the loss of a snapshot into a failure that is not retried: the comparison has to begin with another one. */
export function orSnapshotGone(error: unknown): never {
  if (!isSnapshotGone(error)) throw error;
  throw ApplicationFailure.create({
    type: 'SnapshotGone',
    message: 'Elasticsearch has let the snapshot of the index go',
    nonRetryable: true,
    cause: error as Error,
  });
}

/** Documents whose contents are compared at once. */
const contentsAtOnce = 500;

export interface CompareRangeInput extends IdRange {
  readonly snapshot: IndexSnapshot;
  /** Whether the contents of the documents are compared too, and not only which there are. */
  readonly contents: boolean;
  readonly repair: boolean;
}

/** How a range of the table and the index differ. */
export interface ComparedRange {
  readonly rows: number;
  /** Rows that have a document. */
  readonly documents: number;
  /** Builds that Elasticsearch has acknowledged and does not have. */
  readonly missing: readonly string[];
  /** Documents that were compared by content, and those that are not what their build says. */
  readonly compared: number;
  readonly differing: readonly string[];
  /** Documents that were written again. */
  readonly repaired: number;
}

/** Compares a range of the table with a snapshot of the index; writes again, if that is wanted, what is missing or differs. */
export function makeCompareRange({
  database,
  elasticsearch,
  indexAlias,
}: Pick<ActivityDependencies, 'database' | 'elasticsearch' | 'indexAlias'>) {
  return async function compareRange(input: CompareRangeInput): Promise<ComparedRange> {
    const { snapshot, contents, repair, after, upTo } = input;
    return await withHeartbeats(
      () => undefined,
      async (signal) => {
        const ids = await readIds(database, { after, upTo });
        const absent = await missingDocuments(elasticsearch, snapshotTarget(snapshot.id), ids, signal).catch(
          orSnapshotGone,
        );
        const missing = absent.length === 0 ? [] : await idsIndexedBefore(database, absent, snapshot.since);
        const differing = contents ? await findDiffering(ids, snapshot.id, signal) : [];
        const wrong = repair ? [...missing, ...differing] : [];
        const builds = await readBuildsOfIds(database, wrong);
        const written = await writeBuilds(elasticsearch, indexAlias, builds, signal).catch(orGone);
        return {
          rows: ids.length,
          documents: ids.length - absent.length,
          missing,
          compared: contents ? ids.length - absent.length : 0,
          differing,
          repaired: written.documents,
        };
      },
    );
  };

  async function findDiffering(ids: readonly string[], snapshot: string, signal: AbortSignal) {
    const differing: string[] = [];
    for (let from = 0; from < ids.length; from += contentsAtOnce) {
      const some = ids.slice(from, from + contentsAtOnce);
      const sources = await snapshotSources(elasticsearch, snapshot, some, signal).catch(orSnapshotGone);
      differing.push(...(await differingDocuments(database, sources)));
    }
    return differing;
  }
}

export interface FindOrphansInput {
  readonly snapshot: string;
  readonly repair: boolean;
}

/** Documents that belong to no build. */
export interface Orphans {
  readonly found: number;
  readonly deleted: number;
  /** Ids of the first few. */
  readonly examples: readonly string[];
}

/**
 * Goes through all documents of a snapshot and finds those that belong to no build, as Buildhub2's backfill left them;
 * deletes them if that is wanted. A build is committed before its document is written, so what has no row now never had one.
 */
export function makeFindOrphans({
  database,
  elasticsearch,
  indexAlias,
}: Pick<ActivityDependencies, 'database' | 'elasticsearch' | 'indexAlias'>) {
  return async function findOrphans({ snapshot, repair }: FindOrphansInput): Promise<Orphans> {
    let orphans: Orphans = { found: 0, deleted: 0, examples: [] };
    await withHeartbeats(
      () => orphans,
      async (signal) => {
        for await (const ids of snapshotIds(elasticsearch, snapshot, signal)) {
          const without = await idsWithoutBuild(database, ids);
          if (repair) await deleteDocuments(elasticsearch, indexAlias, without);
          orphans = {
            found: orphans.found + without.length,
            deleted: orphans.deleted + (repair ? without.length : 0),
            examples: [...orphans.examples, ...without].slice(0, 10),
          };
        }
      },
    ).catch(orSnapshotGone);
    return orphans;
  };
}
