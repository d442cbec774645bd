import { markIndexed } from '../drizzle/queries/mark-indexed.ts';
import { batched } from './batched.ts';
import type { ActivityDependencies } from './dependencies.ts';
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
  const index = batched(async (objects: readonly (readonly BuildToIndex[])[], signal) => {
    const builds = objects.flat();
    const refusals = await indexDocuments(dependencies, builds, signal);
    const accepted = builds.filter(({ id }) => !refusals.has(id));
    if (accepted.length > 0) {
      await markIndexed(
        dependencies.database,
        accepted.map(({ id }) => id),
      );
    }
    return objects.map((itsBuilds): Indexing => {
      const [reason] = itsBuilds.flatMap(({ id }) => refusals.get(id) ?? []);
      return reason === undefined ? { status: 'indexed' } : { status: 'refused', reason };
    });
  });
  return async function indexBuilds(builds: readonly BuildToIndex[]): Promise<Indexing> {
    return await index(builds);
  };
}
