import { markIndexed } from '../drizzle/queries/mark-indexed.ts';
import type { ActivityDependencies } from './activities.ts';
import { attemptSignal } from './current-attempt.ts';
import { type BuildToIndex, indexDocuments } from './index-documents.ts';

/** Whether the documents can be searched, or why Elasticsearch will never take them. */
export type Indexing =
  | { readonly status: 'indexed' }
  | { readonly status: 'refused'; readonly reason: string };

/**
 * Puts builds into the index and, once Elasticsearch has acknowledged, notes so in PostgreSQL. A build that is in the
 * index already is written again, which changes nothing.
 *
 * @throws whatever can pass: no answer, an overloaded node, PostgreSQL away. What is wrong with a document itself is
 * `refused`: trying again would not help
 */
export function makeIndexBuilds(
  dependencies: Pick<ActivityDependencies, 'elasticsearch' | 'database' | 'indexAlias' | 'refreshInterval'>,
) {
  return async function indexBuilds(builds: readonly BuildToIndex[]): Promise<Indexing> {
    const refusals = await indexDocuments(dependencies, builds, attemptSignal());
    const accepted = builds.filter(({ id }) => !refusals.has(id));
    if (accepted.length > 0) {
      await markIndexed(
        dependencies.database,
        accepted.map(({ id }) => id),
      );
    }
    const [reason] = refusals.values();
    return reason === undefined ? { status: 'indexed' } : { status: 'refused', reason };
  };
}
