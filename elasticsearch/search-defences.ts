import { type Client, errors } from '@elastic/elasticsearch';

/** What Elasticsearch itself refuses or stops, for every client. The limits of `/api/search` come before it. */
export const searchDefences: Readonly<Record<string, string>> = {
  'search.max_buckets': '65536',
  // For searches without a time limit of their own; those of clients always have one.
  'search.default_search_timeout': '60s',
};

/**
 * Sets the defences of the cluster, unless they are set already.
 *
 * @returns whether they are set. It takes the cluster privilege `manage`, which the key of a deployment need not have
 */
export async function setSearchDefences(client: Client): Promise<boolean> {
  const { persistent } = await client.cluster.getSettings({ flat_settings: true });
  if (Object.entries(searchDefences).every(([name, value]) => persistent[name] === value)) return true;
  try {
    await client.cluster.putSettings({ persistent: searchDefences });
    return true;
  } catch (error) {
    if (error instanceof errors.ResponseError && error.statusCode === 403) return false;
    throw error;
  }
}
