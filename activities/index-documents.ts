import { errors } from '@elastic/elasticsearch';
import { ensureBuildIndex } from '../elasticsearch/build-index.ts';
import { searchDocument } from '../schema/search/search-document.ts';
import type { ActivityDependencies } from './dependencies.ts';

/** A build to make searchable: `builds.id` in decimal digits, and its JSON text as published. */
export interface BuildToIndex {
  readonly id: string;
  readonly text: string;
}

/**
 * Puts documents into the index in one request.
 *
 * @returns for each document that Elasticsearch will never take, its id and the reason; all others are acknowledged
 * @throws whatever can pass: no answer, an overloaded node, an index that is missing and is made for the next attempt
 */
export async function indexDocuments(
  {
    elasticsearch,
    indexAlias,
    refreshInterval,
  }: Pick<ActivityDependencies, 'elasticsearch' | 'indexAlias' | 'refreshInterval'>,
  builds: readonly BuildToIndex[],
  signal?: AbortSignal,
): Promise<Map<string, string>> {
  if (builds.length === 0) return new Map();
  const response = await elasticsearch.bulk(
    {
      index: indexAlias,
      require_alias: true,
      operations: builds.flatMap(({ id, text }) => [{ index: { _id: id } }, searchDocument(id, text)]),
    },
    signal ? { signal } : {},
  );
  const failures = response.items.flatMap(({ index }) => (index?.error ? [index] : []));
  const failure = failures.find(({ status }) => status !== 400);
  if (failure) {
    if (failure.status === 404) await ensureBuildIndex(elasticsearch, indexAlias, refreshInterval);
    throw new errors.ElasticsearchClientError(
      `Elasticsearch could not index build ${failure._id}: ${failure.status} ${failure.error?.type}: ${failure.error?.reason}`,
    );
  }
  return new Map(
    failures.map(({ _id: id, error }) => {
      const cause = error?.caused_by ? `: ${error.caused_by.reason}` : '';
      return [id ?? '', `Elasticsearch refuses the document: ${error?.type}: ${error?.reason}${cause}`];
    }),
  );
}
