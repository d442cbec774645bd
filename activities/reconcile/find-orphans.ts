import { idsWithoutBuild } from '../../drizzle/queries/build-ids.ts';
import { deleteDocuments } from '../../elasticsearch/delete-documents.ts';
import { snapshotIds } from '../../elasticsearch/snapshot.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { withHeartbeats } from '../reindex/heartbeats.ts';
import { orSnapshotGone } from './index-snapshot.ts';

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
 * deletes them if so wished. A build is committed before its document is written, so what has no row now never had one.
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
