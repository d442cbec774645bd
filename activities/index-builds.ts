import { errors } from '@elastic/elasticsearch';
import { markIndexed } from '../drizzle/queries/mark-indexed.ts';
import { ensureBuildIndex } from '../elasticsearch/build-index.ts';
import { searchDocument } from '../schema/search/search-document.ts';
import type { ActivityDependencies } from './activities.ts';
import { attemptSignal } from './current-attempt.ts';

/** A build to make searchable: `builds.id` in decimal digits, and its JSON text as published. */
export interface BuildToIndex {
  readonly id: string;
  readonly text: string;
}

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
export function makeIndexBuilds({
  elasticsearch,
  database,
  indexAlias,
  refreshInterval,
}: Pick<ActivityDependencies, 'elasticsearch' | 'database' | 'indexAlias' | 'refreshInterval'>) {
  return async function indexBuilds(builds: readonly BuildToIndex[]): Promise<Indexing> {
    const response = await elasticsearch.bulk(
      {
        index: indexAlias,
        require_alias: true,
        operations: builds.flatMap(({ id, text }) => [{ index: { _id: id } }, searchDocument(id, text)]),
      },
      { signal: attemptSignal() },
    );
    const failures = response.items.flatMap(({ index }) => (index?.error ? [index] : []));
    const refused = failures.find(({ status }) => status === 400);
    if (refused) {
      const { type, reason, caused_by: cause } = refused.error ?? {};
      return {
        status: 'refused',
        reason: `Elasticsearch refuses the document: ${type}: ${reason}${cause ? `: ${cause.reason}` : ''}`,
      };
    }
    const [failure] = failures;
    if (failure) {
      if (failure.status === 404) await ensureBuildIndex(elasticsearch, indexAlias, refreshInterval);
      throw new errors.ElasticsearchClientError(
        `Elasticsearch could not index build ${failure._id}: ${failure.status} ${failure.error?.type}: ${failure.error?.reason}`,
      );
    }
    await markIndexed(
      database,
      builds.map(({ id }) => id),
    );
    return { status: 'indexed' };
  };
}
