import { type IdRange, idsIndexedBefore, readIds } from '../../drizzle/queries/build-ids.ts';
import { differingDocuments } from '../../drizzle/queries/differing-documents.ts';
import { readBuildsOfIds } from '../../drizzle/queries/read-stored-builds.ts';
import { missingDocuments } from '../../elasticsearch/missing-documents.ts';
import { snapshotSources, snapshotTarget } from '../../elasticsearch/snapshot.ts';
import { writeBuilds } from '../../elasticsearch/write-builds.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { orGone } from '../reindex/fill-range.ts';
import { withHeartbeats } from '../reindex/heartbeats.ts';
import { type IndexSnapshot, orSnapshotGone } from './index-snapshot.ts';

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
  /** Documents that were written anew. */
  readonly repaired: number;
}

/** Compares a range of the table with a snapshot of the index; writes anew, if so wished, what is missing or differs. */
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
