import type { Client } from '@elastic/elasticsearch';
import type { Database } from '../../drizzle/connect.ts';
import { readBuildsById } from '../../drizzle/queries/builds.ts';
import { indexMapping, indexSettings } from '../../schema/search/index-mapping.ts';
import { searchDocument } from '../../schema/search/search-document.ts';

/** Documents of one request, as a reindex has them. */
const documentsPerRequest = 1_000;
const index = 'bench-bare-bulk';

/** The lines of all requests, put together beforehand. */
export async function renderBodies(database: Database): Promise<string[][]> {
  const bodies: string[][] = [];
  for (let after = '0'; ; ) {
    const page = await readBuildsById(database, after, '9223372036854775807', documentsPerRequest);
    const last = page.at(-1);
    if (!last) return bodies;
    bodies.push(page.flatMap(({ id, text }) => [`{"index":{"_id":"${id}"}}`, searchDocument(id, text)]));
    after = last.id;
  }
}

/**
 * Writes them all into a new index of the same kind, and refreshes it.
 *
 * @param concurrency requests at the same time
 * @returns seconds
 */
export async function bulkAll(
  client: Client,
  bodies: readonly string[][],
  concurrency: number,
): Promise<number> {
  const began = performance.now();
  await client.indices.create({ index, settings: indexSettings('-1'), mappings: indexMapping });
  const left = [...bodies].reverse();
  const lane = async () => {
    for (let operations = left.pop(); operations; operations = left.pop()) {
      const { errors } = await client.bulk({ index, operations, filter_path: ['errors'] });
      if (errors) throw new Error('Elasticsearch refused a document');
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  await client.indices.refresh({ index });
  const seconds = (performance.now() - began) / 1_000;
  await client.indices.delete({ index });
  return seconds;
}
