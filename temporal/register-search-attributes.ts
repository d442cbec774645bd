import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { searchAttributes } from '../workflows/search-attributes.ts';

const { IndexedValueType } = proto.temporal.api.enums.v1;

/**
 * Registers the search attributes that are missing in the namespace; without them an ingestion cannot complete.
 *
 * @returns the names that were registered by this call
 * @throws if the namespace does not let clients register any, as in Temporal Cloud: the message says what to do
 */
export async function registerSearchAttributes(
  client: Pick<Client, 'connection'>,
  namespace: string,
): Promise<string[]> {
  const { operatorService } = client.connection;
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  const missing = Object.values(searchAttributes)
    .map(({ name }) => name)
    .filter((name) => !(name in (customAttributes ?? {})));
  if (missing.length === 0) return [];
  try {
    await operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(
        missing.map((name) => [name, IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD]),
      ),
    });
  } catch (cause) {
    throw new Error(
      `Namespace ${namespace} lacks the search attributes ${missing.join(', ')} and does not let this client register ` +
        'them. Register each as a Keyword, for example with `tcld namespace search-attributes add`.',
      { cause },
    );
  }
  return missing;
}
