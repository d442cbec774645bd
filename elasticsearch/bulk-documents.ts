import { type Client, errors } from '@elastic/elasticsearch';

/** A document and its `_id`. */
export interface NewDocument {
  readonly id: string;
  /** JSON text without line breaks. */
  readonly document: string;
}

/** A document that Elasticsearch will never take, and why. */
export interface Refusal {
  readonly id: string;
  readonly reason: string;
}

/** The alias to write to is not there, so that Elasticsearch refused to guess an index with mappings of its own. */
export class AliasMissingError extends Error {
  override readonly name = 'AliasMissingError';
}

/**
 * Writes documents through an alias, in one request.
 *
 * @returns those that Elasticsearch will never take; all others are acknowledged
 * @throws {AliasMissingError} where the alias does not exist; anything else that is thrown can pass
 */
export async function bulkDocuments(
  client: Client,
  alias: string,
  documents: readonly NewDocument[],
  signal?: AbortSignal,
): Promise<Refusal[]> {
  if (documents.length === 0) return [];
  const request = {
    index: alias,
    require_alias: true,
    // One text, not thousands for the client to put together.
    operations: [documents.map(({ id, document }) => `{"index":{"_id":"${id}"}}\n${document}`).join('\n')],
  };
  const options = signal ? { signal } : {};
  // An answer without a line for each document is a fraction of the size. Almost always it says that all is well.
  const { errors: hasErrors } = await client.bulk({ ...request, filter_path: ['errors'] }, options);
  if (!hasErrors) return [];
  const { items } = await client.bulk(request, options);
  const failures = items.flatMap(({ index }) => (index?.error ? [index] : []));
  const passing = failures.find(({ status }) => status !== 400);
  if (passing) {
    const { status, error } = passing;
    if (status === 404) throw new AliasMissingError(`There is no alias ${alias}: ${error?.reason}`);
    throw new errors.ElasticsearchClientError(
      `Elasticsearch could not index build ${passing._id}: ${status} ${error?.type}: ${error?.reason}`,
    );
  }
  return failures.map(({ _id, error }) => ({
    id: _id ?? '',
    reason: `${error?.type}: ${error?.reason}${error?.caused_by ? `: ${error.caused_by.reason}` : ''}`,
  }));
}
