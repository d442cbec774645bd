import type { Client } from '@elastic/elasticsearch';
import { readBuilds } from '../../schema/published-build.ts';
import { searchDocument } from '../../schema/search/search-document.ts';
import { generateBuilds } from '../../stack/samples/generate-builds.ts';

/** Documents in one request. */
const batch = 2_000;

/**
 * Fills an index with generated builds, merges it into one segment and refreshes it, so that every round searches the
 * same thing.
 *
 * @param onProgress receives the number of documents that are there
 * @returns the build id of one of them
 */
export async function fillIndex(
  client: Client,
  index: string,
  count: number,
  onProgress: (done: number) => void,
): Promise<string> {
  let id = 0;
  let buildId = '';
  let operations: (object | string)[] = [];
  const flush = async () => {
    const { errors } = await client.bulk({ index, operations });
    if (errors) throw new Error(`Elasticsearch refused documents of the benchmark near id ${id}`);
    operations = [];
    onProgress(id);
  };
  for (const { body } of generateBuilds(count, new Date('2026-01-01T00:00:00Z'))) {
    for (const { text, summary } of readBuilds(body)) {
      if (id >= count) break;
      id += 1;
      buildId = summary.buildId ?? buildId;
      operations.push({ index: { _id: String(id) } }, searchDocument(String(id), text));
    }
    if (operations.length >= batch * 2) await flush();
  }
  if (operations.length > 0) await flush();
  await client.indices.forcemerge({ index, max_num_segments: 1 }, { requestTimeout: 600_000 });
  await client.indices.refresh({ index });
  return buildId;
}
