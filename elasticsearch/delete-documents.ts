import { type Client, errors } from '@elastic/elasticsearch';

/**
 * Deletes documents through an alias, in one request. One that is gone already is no fault.
 *
 * @throws whatever can pass, as an overloaded node
 */
export async function deleteDocuments(client: Client, alias: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const { items } = await client.bulk({
    index: alias,
    require_alias: true,
    operations: ids.map((_id) => ({ delete: { _id } })),
  });
  const failure = items.find(({ delete: result }) => result?.error)?.delete;
  if (failure) {
    throw new errors.ElasticsearchClientError(
      `Elasticsearch could not delete document ${failure._id}: ${failure.status} ${failure.error?.reason}`,
    );
  }
}
