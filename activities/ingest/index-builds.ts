import { markIndexed } from '../../drizzle/queries/builds.ts';
import { ensureBuildIndex } from '../../elasticsearch/build-index.ts';
import { AliasMissingError, type BuildText, writeBuilds } from '../../elasticsearch/write-builds.ts';
import { shorten } from '../../schema/shorten.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { batched } from './batched.ts';
import { maxReason } from './validate.ts';

export type Indexing =
  | { readonly status: 'indexed' }
  | { readonly status: 'refused'; readonly reason: string };

type Stores = Pick<ActivityDependencies, 'elasticsearch' | 'database' | 'indexAlias' | 'refreshInterval'>;

/**
 * The activity `indexBuilds`: puts builds into the index, together with those of other objects that arrive at the same
 * time, see {@link indexAndMark}.
 */
export function makeIndexBuilds(stores: Stores) {
  const index = batched(async (objects: readonly (readonly BuildText[])[], signal) => {
    const refused = await indexAndMark(stores, objects.flat(), signal);
    return objects.map((builds): Indexing => {
      const [reason] = builds.flatMap(({ id }) => refused.get(id) ?? []);
      return reason === undefined ? { status: 'indexed' } : { status: 'refused', reason };
    });
  });
  return async function indexBuilds(builds: readonly BuildText[]): Promise<Indexing> {
    return await index(builds);
  };
}

/**
 * Puts builds into the index and, once Elasticsearch has acknowledged, says so in PostgreSQL.
 *
 * @returns for each build that Elasticsearch will never take, its id and the reason
 * @throws whatever is transient: no response, an overloaded node, PostgreSQL unavailable, an index that was missing and
 * now exists for the next attempt
 */
export async function indexAndMark(
  { elasticsearch, database, indexAlias, refreshInterval }: Stores,
  builds: readonly BuildText[],
  signal?: AbortSignal,
): Promise<Map<string, string>> {
  const { refused } = await writeBuilds(elasticsearch, indexAlias, builds, signal).catch(async (error) => {
    if (error instanceof AliasMissingError)
      await ensureBuildIndex(elasticsearch, indexAlias, refreshInterval);
    throw error;
  });
  const reasons = new Map(
    refused.map(({ id, reason }) => [
      id,
      shorten(`Elasticsearch refuses the document: ${reason}`, maxReason),
    ]),
  );
  const accepted = builds.flatMap(({ id }) => (reasons.has(id) ? [] : [id]));
  if (accepted.length > 0) await markIndexed(database, accepted);
  return reasons;
}
